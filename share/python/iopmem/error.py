# SPDX-License-Identifier: MIT
from __future__ import annotations

import enum


class Code(enum.IntEnum):
    """What an error means, as iopmem(3) numbers it."""

    #: The addresses do not hold any more: close the file, and open it anew.
    CHANGED = 1
    #: Allowed, and did not succeed: `Error.errno` may tell the kernel's error.
    FAILED = -1
    #: An address would not be safe, or this kind of file or device is not supported.
    REFUSED = -2
    #: It cannot be known. Treat it like CHANGED.
    UNKNOWN = -3
    #: The call makes no sense: a closed file, a number out of range.
    INVALID = -4


class Error(Exception):
    """What went wrong: the only exception that this package raises of its own.

    `message` is one line, and says what to do where something can be done; `errno` is the kernel's
    error behind it, or 0.
    """

    def __init__(self, code: Code, message: str, errno: int = 0) -> None:
        super().__init__(code, message, errno)
        self.code = code
        self.message = message
        self.errno = errno

    def __str__(self) -> str:
        return self.message
