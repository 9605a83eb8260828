# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
from dataclasses import dataclass

from . import _abi
from ._arguments import unsigned


@dataclass(frozen=True)
class Limits:
    """What an engine can take; 0 is no limit."""

    #: The longest segment, in bytes.
    max_segment: int = 0
    #: No segment crosses a multiple of this, a power of two.
    boundary: int = 0
    #: Addresses and lengths are multiples of this, a power of two, or are refused.
    alignment: int = 0
    #: The most segments of one call; refused if there are more.
    max_segments: int = 0
    #: How many address bits the engine drives, up to 64; refused if they do not reach.
    address_bits: int = 0
    #: Leave holes out, instead of refusing a range that has any.
    skip_holes: bool = False

    def _structure(self) -> _abi.Limits:
        return _abi.Limits(
            size=ctypes.sizeof(_abi.Limits),
            flags=_abi.SKIP_HOLES if self.skip_holes else 0,
            max_segment=unsigned(self.max_segment, "max_segment"),
            boundary=unsigned(self.boundary, "boundary"),
            alignment=unsigned(self.alignment, "alignment"),
            max_segments=unsigned(self.max_segments, "max_segments"),
            address_bits=unsigned(self.address_bits, "address_bits", 32),
        )
