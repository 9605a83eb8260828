# SPDX-License-Identifier: MIT
"""Calls of libiopmem.so.1, whose failures are raised."""

from __future__ import annotations

from . import _abi
from .error import Code, Error

try:
    library = _abi.load()
except (OSError, AttributeError) as cause:
    raise ImportError(f"libiopmem.so.1 is missing, or older than this package: {cause}") from cause


def failure(result: int) -> Error:
    """What the library says of this thread's last call."""
    message = library.iopmem_error_message().decode("utf-8", "backslashreplace")
    try:
        code = Code(result)
    except ValueError:
        code, message = Code.UNKNOWN, f"libiopmem answered {result}: {message}"
    return Error(code, message, library.iopmem_error_number())


def check(result: int) -> None:
    """Raises unless a call answered that it is done."""
    if result != _abi.OK:
        raise failure(result)


def descriptor(result: int) -> int:
    """Raises unless a call answered a descriptor."""
    if result < 0:
        raise failure(result)
    return result


def version() -> str:
    """The library's version, as "0.1.0"."""
    text: bytes = library.iopmem_version()
    return text.decode()
