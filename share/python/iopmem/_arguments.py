# SPDX-License-Identifier: MIT
"""Arguments on their way to C, which would cut off unasked what it cannot hold."""

from __future__ import annotations

import operator
import os
from typing import SupportsIndex

from .error import Code, Error


def unsigned(value: SupportsIndex, name: str, bits: int = 64) -> int:
    """The number, if it fits; Error (INVALID) otherwise."""
    number = operator.index(value)
    if not 0 <= number < 1 << bits:
        raise Error(Code.INVALID, f"{name}: {number}: not from 0 to 2**{bits} - 1")
    return number


def terminated(text: str | bytes | os.PathLike[str] | os.PathLike[bytes], name: str) -> bytes:
    """The bytes of a name; Error (INVALID) if C would take a part of it for all."""
    given = os.fsencode(text)
    if b"\0" in given:
        raise Error(Code.INVALID, f"{name}: {given!r}: a zero byte within")
    return given
