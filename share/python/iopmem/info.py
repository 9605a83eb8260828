# SPDX-License-Identifier: MIT
from __future__ import annotations

import enum
from dataclasses import dataclass

from . import _abi
from .error import Code, Error


class AddressKind(enum.IntEnum):
    """Which addresses a file's segments have."""

    #: What the provider's BAR register decodes.
    BUS = 0
    #: Addresses of the host's physical space.
    CPU = 1
    #: Addresses of the client alone.
    CLIENT = 2


@dataclass(frozen=True)
class Info:
    """What there is to know of a file, and of the window that it lies in."""

    #: Loads and stores of the file's mappings reach the BAR itself.
    dax: bool
    #: The driver holds the layout.
    leased: bool
    #: The file was pinned when it was opened.
    pinned: bool
    #: The file's length in bytes.
    file_size: int
    #: How many bytes were mapped from its first: more where whole blocks were asked for.
    mapped_size: int
    #: How many of the mapped bytes are holes, without any place.
    hole_bytes: int
    #: How many pieces of the BAR the file lies in.
    segment_count: int
    #: Its inode's number.
    inode: int
    #: The engine's address of the BAR's byte 0: any address less this is an offset in the BAR.
    bar_address: int
    #: The block device's place in the BAR, in bytes.
    window_offset: int
    window_size: int
    address_kind: AddressKind
    #: The BAR's index, 0 to 5; None where there is none.
    bar: int | None
    #: The PCI function that provides the memory, as "0000:03:00.0"; None where there is none.
    function: str | None
    #: The fingerprint, iopmem(7): 128 bits.
    fingerprint: bytes
    #: The same as text: "1-" and 32 hex digits.
    fingerprint_text: str

    @staticmethod
    def _of(found: _abi.Info) -> Info:
        if found.address_kind not in list(AddressKind):
            raise Error(Code.UNKNOWN, f"a kind of address not known here: {found.address_kind}")
        return Info(
            dax=bool(found.flags & _abi.INFO_DAX),
            leased=bool(found.flags & _abi.INFO_LEASED),
            pinned=bool(found.flags & _abi.INFO_PINNED),
            file_size=found.file_size,
            mapped_size=found.mapped_size,
            hole_bytes=found.hole_bytes,
            segment_count=found.segment_count,
            inode=found.inode,
            bar_address=found.bar_address,
            window_offset=found.window_offset,
            window_size=found.window_size,
            address_kind=AddressKind(found.address_kind),
            bar=found.bar if found.bar >= 0 else None,
            function=found.function.decode() or None,
            fingerprint=bytes(found.fingerprint),
            fingerprint_text=found.fingerprint_text.decode(),
        )
