# SPDX-License-Identifier: MIT
"""Addresses at which PCI functions reach the bytes of files, and whether they still hold.

What libiopmem.so.1 does, for Python: iopmem(3) is the manual. A file is opened, leased if wanted,
and mapped for an engine in one call::

    import iopmem

    options = iopmem.Options(client="0000:04:00.0", lease=True)
    limits = iopmem.Limits(max_segment=128 << 10, alignment=512)
    with iopmem.File("/mnt/model.bin", options) as file:
        start(file.segments(limits=limits))
        wait()
        file.verify()

Whatever does not hold, is refused or cannot be known raises `Error`: no call answers something to
be looked at.
"""

from ._library import version
from .dmabuf import DmaBuf
from .error import Code, Error
from .file import File, Place, Source
from .info import AddressKind, Info
from .limits import Limits
from .nvme import Form, NVMeList
from .options import Hazard, Options
from .segments import Segment, Segments

__all__ = [
    "AddressKind",
    "Code",
    "DmaBuf",
    "Error",
    "File",
    "Form",
    "Hazard",
    "Info",
    "Limits",
    "NVMeList",
    "Options",
    "Place",
    "Segment",
    "Segments",
    "Source",
    "version",
]
