# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from . import _abi
from ._arguments import terminated, unsigned


class Hazard(enum.Enum):
    """A class of extents that can be let pass: iopmem-fiemap(8), CHECKS."""

    UNWRITTEN = _abi.ALLOW_UNWRITTEN
    SHARED = _abi.ALLOW_SHARED
    ENCODED = _abi.ALLOW_ENCODED
    ENCRYPTED = _abi.ALLOW_ENCRYPTED


@dataclass(frozen=True)
class Options:
    """How a file is opened. Without any, it is mapped with bus addresses, and nothing is let pass.

    iopmem(3) and iopmem-fiemap(8) have more on each.
    """

    #: The PCI function whose engine is given the addresses, as "0000:04:00.0".
    client: str | None = None
    #: The driver holds the file's layout until the file is closed; needs CAP_SYS_RAWIO.
    lease: bool = False
    #: How many address bits a client without a driver drives, 32 to 64; 0: its driver knows.
    address_bits: int = 0
    #: The BAR that holds the device, 0 to 5, where the machine does not tell.
    bar: int | None = None
    #: The bus address of the whole device's byte 0, taken as given: a multiple of 4096, and not 0.
    base: int | None = None
    #: Where the client's IOMMU domain has byte 0 of the BAR, as who drives it by VFIO mapped it.
    iova_base: int | None = None
    #: Map whole blocks; the bytes of the last past the file's end are not the file's.
    block_granular: bool = False
    #: Map a file that is not DAX: the page cache may hold other bytes than the device.
    no_dax_check: bool = False
    #: Refuse a file that is not pinned.
    require_pin: bool = False
    #: Lease for a client although no way from it to the memory is known.
    force: bool = False
    #: Extents to let pass.
    allow: Iterable[Hazard] = ()

    def _structure(self) -> _abi.Options:
        wanted = {
            _abi.LEASE: self.lease,
            _abi.IOVA_BASE: self.iova_base is not None,
            _abi.BASE: self.base is not None,
            _abi.BAR: self.bar is not None,
            _abi.BLOCK_GRANULAR: self.block_granular,
            _abi.NO_DAX_CHECK: self.no_dax_check,
            _abi.REQUIRE_PIN: self.require_pin,
            _abi.FORCE: self.force,
        }
        flags = sum(flag for flag, is_wanted in wanted.items() if is_wanted)
        for hazard in self.allow:
            flags |= Hazard(hazard).value
        return _abi.Options(
            size=ctypes.sizeof(_abi.Options),
            flags=flags,
            client=None if self.client is None else terminated(self.client, "client"),
            address_bits=unsigned(self.address_bits, "address_bits", 32),
            bar=unsigned(self.bar or 0, "bar", 32),
            base=unsigned(self.base or 0, "base"),
            iova_base=unsigned(self.iova_base or 0, "iova_base"),
        )
