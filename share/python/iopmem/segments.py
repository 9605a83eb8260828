# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import NamedTuple, overload

from . import _abi


class Segment(NamedTuple):
    """A run of a file's bytes that an engine finds together."""

    #: Where in the file it begins, in bytes.
    file_offset: int
    #: Where the engine finds its first byte.
    address: int
    #: How long it is, in bytes; never 0.
    length: int


class Segments(Sequence[Segment]):
    """Segments in the order of the file: a sequence, and the records that it is made of.

    They are numbers, which outlive the file that they were asked of; the addresses hold no longer
    than it says.
    """

    #: For numpy.frombuffer(segments.records, Segments.DTYPE): this processor's numbers.
    DTYPE = [("file_offset", "=u8"), ("address", "=u8"), ("length", "=u8")]

    def __init__(self, records: ctypes.Array[_abi.Segment]) -> None:
        self._array = records

    @property
    def records(self) -> memoryview:
        """The records themselves, read-only and not copied: 24 bytes each, see DTYPE.

        numpy.asarray() makes an array of records with names of it.
        """
        return memoryview(self._array).toreadonly()

    def __len__(self) -> int:
        return len(self._array)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> list[Segment]: ...
    def __getitem__(self, index: int | slice) -> Segment | list[Segment]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = self._array[index]
        return Segment(found.file_offset, found.address, found.length)

    def __repr__(self) -> str:
        return f"<{len(self)} segments>"
