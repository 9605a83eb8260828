# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from ctypes import byref
from typing import Any, NamedTuple, Protocol, Union

from . import _abi
from ._arguments import terminated, unsigned
from ._closing import Closing
from ._library import check, descriptor, failure, library
from .dmabuf import DmaBuf
from .error import Code, Error
from .info import Info
from .limits import Limits
from .nvme import Form, NVMeList
from .options import Options
from .segments import Segments


class HasFileno(Protocol):
    def fileno(self) -> int: ...


#: A path, or a descriptor that stays the caller's, or an object that has one.
Source = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]", int, HasFileno]


class Place(NamedTuple):
    """Where the engine finds a byte of a file."""

    address: int
    #: How many of the bytes asked for follow one another from there.
    contiguous: int


class File(Closing):
    """A file of a mounted ext4 or xfs, with the map of all of it.

    Close it, best by `with`: its lease and its client's mapping end then, so stop the engine
    before. Whatever is called afterwards raises `Error` (INVALID). An object that goes unclosed
    closes itself, with a ResourceWarning. Any number of threads may use one file.

    Every method may raise `Error`. Offsets and lengths are in bytes; None as a length is all to the
    end of what was mapped.
    """

    def __init__(self, source: Source, options: Options = Options()) -> None:
        # Here before the call, so that an interrupt behind it leaves nothing open.
        self._handle = ctypes.c_void_p()
        wanted = options._structure()
        if isinstance(source, (str, bytes, os.PathLike)):
            path = terminated(source, "path")
            check(library.iopmem_file_open(path, byref(wanted), byref(self._handle)))
        else:
            fd = unsigned(source if isinstance(source, int) else source.fileno(), "descriptor", 31)
            check(library.iopmem_file_open_fd(fd, byref(wanted), byref(self._handle)))

    def close(self) -> None:
        """Closes the file; again does nothing."""
        if self._handle:
            # Handles are given out once, and this fails only for one that is closed: by another
            # thread in this moment, or here, before an interrupt.
            library.iopmem_file_close(self._handle)
            self._handle = ctypes.c_void_p()

    @property
    def closed(self) -> bool:
        # Nothing is there where the arguments made no sense.
        return not getattr(self, "_handle", None)

    @property
    def info(self) -> Info:
        """What there is to know of the file, which never changes."""
        found = _abi.Info(size=ctypes.sizeof(_abi.Info))
        check(library.iopmem_file_info(self._handle, byref(found)))
        return Info._of(found)

    def segments(
        self, offset: int = 0, length: int | None = None, limits: Limits = Limits()
    ) -> Segments:
        """The segments of a part of the file under an engine's limits: all at once."""
        handle, part, bounds = self._handle, _part(offset, length), limits._structure()
        count = ctypes.c_size_t()
        check(library.iopmem_file_segments(handle, *part, byref(bounds), None, byref(count)))
        array = (_abi.Segment * count.value)()
        check(library.iopmem_file_segments(handle, *part, byref(bounds), array, byref(count)))
        if count.value != len(array):
            raise Error(Code.UNKNOWN, f"{count.value} segments were written of {len(array)}")
        return Segments(array)

    def batches(
        self, most: int, offset: int = 0, length: int | None = None, limits: Limits = Limits()
    ) -> Iterator[Segments]:
        """The same segments, `most` at a time, for engines that have so many descriptors."""
        start, count = _part(offset, length)
        end = _abi.TO_END if count == _abi.TO_END else unsigned(start + count, "offset + length")
        bounds = limits._structure()
        room = unsigned(most, "most", 32)
        if room == 0:
            raise Error(Code.INVALID, "most: 0: no segment at a time")
        result = _abi.MORE
        while result == _abi.MORE:
            array = (_abi.Segment * room)()
            filled = ctypes.c_size_t(room)
            rest = _abi.TO_END if end == _abi.TO_END else end - start
            result = library.iopmem_file_segments(
                self._handle, start, rest, byref(bounds), array, byref(filled)
            )
            if result not in (_abi.OK, _abi.MORE):
                raise failure(result)
            if filled.value:
                start = array[filled.value - 1].file_offset + array[filled.value - 1].length
                yield Segments((_abi.Segment * filled.value).from_buffer(array))

    def translate(self, offset: int, length: int | None = 1) -> Place:
        """The engine's address of the byte at an offset, and how many follow it there."""
        address, contiguous = ctypes.c_uint64(), ctypes.c_uint64()
        part = _part(offset, length)
        check(
            library.iopmem_file_translate(
                self._handle, *part, byref(address), byref(contiguous)
            )
        )
        return Place(address.value, contiguous.value)

    def nvme_list(
        self,
        form: Form,
        offset: int,
        length: int | None,
        *,
        address: int,
        memory: Any = None,
        page_size: int = 0,
        limits: Limits = Limits(),
    ) -> NVMeList:
        """Makes the list by which an NVMe controller moves a part of the file.

        It is written to `memory`, a buffer that can be written to (an mmap, a bytearray, a numpy
        array), which the controller finds at `address`. Without memory the command must hold all of
        it. `page_size` is the controller's memory page, CC.MPS, in bytes; 0 for 4096.

        If it is too long for the memory, the error's `errno` is ENOSPC, and nothing was written:
        `nvme_list_bytes` tells what it needs.
        """
        found = _nvme(address, page_size)
        with memoryview(b"" if memory is None else memory).cast("B") as view:
            held = None
            try:
                if memory is not None:
                    # Nobody resizes or closes the memory while this has it.
                    held = (ctypes.c_char * view.nbytes).from_buffer(view)
                    found.memory, found.memory_bytes = ctypes.addressof(held), view.nbytes
                self._nvme(form, offset, length, limits, found)
            finally:
                held = None
        first, second = found.data_pointer
        return NVMeList((first, second), found.list_bytes, found.transfer_bytes)

    def nvme_list_bytes(
        self,
        form: Form,
        offset: int,
        length: int | None,
        *,
        address: int,
        page_size: int = 0,
        limits: Limits = Limits(),
    ) -> int:
        """How long the list will be at that address, in bytes; 0 where the command holds it."""
        found = _nvme(address, page_size)
        try:
            self._nvme(form, offset, length, limits, found)
        except Error as error:
            if error.errno != errno.ENOSPC:
                raise
        return int(found.list_bytes)

    def _nvme(
        self, form: Form, offset: int, length: int | None, limits: Limits, found: _abi.NVMeList
    ) -> None:
        makes = {Form.PRP: library.iopmem_file_nvme_prp, Form.SGL: library.iopmem_file_nvme_sgl}
        bounds, part = limits._structure(), _part(offset, length)
        check(makes[form](self._handle, *part, byref(bounds), byref(found)))

    def verify(self) -> None:
        """Returns if all addresses of the file still hold, and raises what changed (CHANGED), or
        that it cannot be known (UNKNOWN).

        It takes microseconds for a file of few segments: call it before each transfer, and after.
        """
        check(library.iopmem_file_verify(self._handle))

    def lease_fd(self) -> int:
        """The descriptor that poll(2) reports POLLHUP on once the file's lease is revoked.

        It ends with the file: do not close it, nor poll it after `close`.
        """
        return descriptor(library.iopmem_file_lease_fd(self._handle))

    def dmabuf(self, offset: int = 0, length: int | None = None) -> DmaBuf:
        """A dma-buf of a part of the file, which was opened with `lease` and without a client.

        Offset and length are multiples of the page size, or the length is None and the file ends
        with a page. It holds the lease, even when the file is closed here.
        """
        return DmaBuf(descriptor(library.iopmem_file_dmabuf(self._handle, *_part(offset, length))))

    def __repr__(self) -> str:
        return "<closed iopmem file>" if self.closed else f"<iopmem file {self._handle.value}>"


def _part(offset: int, length: int | None) -> tuple[int, int]:
    """A part of a file, as C is told of it."""
    if length is None:
        return unsigned(offset, "offset"), _abi.TO_END
    count = unsigned(length, "length")
    if count == _abi.TO_END:
        raise Error(Code.INVALID, f"length: {count}: None is all to the end")
    return unsigned(offset, "offset"), count


def _nvme(address: int, page_size: int) -> _abi.NVMeList:
    return _abi.NVMeList(
        size=ctypes.sizeof(_abi.NVMeList),
        address=unsigned(address, "address"),
        page_size=unsigned(page_size, "page_size"),
    )
