# SPDX-License-Identifier: MIT
"""Files on a loop device, against their bytes on it."""

from __future__ import annotations

import errno
import gc
import os
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import iopmem
from conftest import BASE, Volume
from iopmem import Code, Error, File, Form, Limits, Options

OPTIONS = Options(base=BASE, no_dax_check=True)


def refused(code: Code, reason: str, call: Callable[[], object]) -> Error:
    with pytest.raises(Error) as caught:
        call()
    assert caught.value.code == code, caught.value
    assert reason in str(caught.value)
    return caught.value


def test_info(path: Path) -> None:
    with File(path, OPTIONS) as file:
        info = file.info
    assert info.file_size == info.mapped_size == 5_000_001
    assert info.inode == path.stat().st_ino
    assert (info.bar_address, info.bar, info.function) == (BASE, None, None)
    assert (info.dax, info.leased, info.pinned, info.hole_bytes) == (False, False, False, 0)
    assert info.address_kind == iopmem.AddressKind.BUS
    assert info.fingerprint_text == "1-" + info.fingerprint.hex()
    assert (info.window_offset, info.window_size) == (0, 64 << 20)


def test_segments_are_the_files_bytes(path: Path, volume: Volume) -> None:
    content = path.read_bytes()
    limits = Limits(max_segment=10_000, boundary=1 << 16)
    with File(path, OPTIONS) as file:
        whole = file.segments()
        assert len(whole) == file.info.segment_count
        cut = file.segments(77, 4_000_000, limits)
        pieces = [one for batch in file.batches(7, 77, 4_000_000, limits) for one in batch]
    assert list(cut) == pieces and len(cut) >= 400
    assert cut[0].file_offset == 77 and cut[-1] == pieces[-1] and cut[1:3] == pieces[1:3]
    for segments, start, end in ((whole, 0, len(content)), (cut, 77, 4_000_077)):
        at = start
        for offset, address, length in segments:
            assert offset == at and length > 0
            assert volume.bytes_at(address, length) == content[at : at + length]
            at += length
        assert at == end
    with pytest.raises(IndexError):
        cut[len(cut)]


def test_records(path: Path) -> None:
    with File(path, OPTIONS) as file:
        segments = file.segments(limits=Limits(max_segment=1 << 20))
        nothing = file.segments(0, 0)
    # Numbers, which hold beyond the file.
    records = segments.records
    assert list(struct.iter_unpack("=QQQ", records)) == list(segments)
    assert records.readonly and records.nbytes == 24 * len(segments)
    assert len(nothing) == 0 and nothing.records.nbytes == 0
    numpy = pytest.importorskip("numpy")
    for array in (numpy.asarray(records), numpy.frombuffer(records, iopmem.Segments.DTYPE)):
        assert array["address"].tolist() == [one.address for one in segments]
        assert array["length"].sum() == 5_000_001


def test_translate(path: Path, volume: Volume) -> None:
    with File(path, OPTIONS) as file:
        place = file.translate(1234, None)
        assert volume.bytes_at(place.address, 100) == path.read_bytes()[1234:1334]
        first = file.segments()[0]
        assert place == (first.address + 1234, first.length - 1234)
        assert file.translate(1234) == (place.address, 1)
        refused(Code.INVALID, "length", lambda: file.translate(0, 0))
        refused(Code.REFUSED, "not", lambda: file.translate(5_000_001))


def test_holes(volume: Volume) -> None:
    with File(volume.folder / "holed", OPTIONS) as file:
        assert file.info.hole_bytes == 4096
        refused(Code.REFUSED, "a hole at 0x1000", file.segments)
        refused(Code.REFUSED, "a hole", lambda: list(file.batches(4)))
        kept = file.segments(limits=Limits(skip_holes=True))
        assert [one.file_offset for one in kept] == [0, 8192]


def test_lists(path: Path, volume: Volume) -> None:
    memory = bytearray(8192)
    with File(path, OPTIONS) as file:
        need = file.nvme_list_bytes(Form.PRP, 0, 1 << 20, address=0x8000_0000)
        assert need == 8 * 255
        made = file.nvme_list(Form.PRP, 0, 1 << 20, address=0x8000_0000, memory=memory)
        first, second = made.data_pointer
        assert second == 0x8000_0000 and (made.list_bytes, made.transfer_bytes) == (need, 1 << 20)
        pages = [first, *struct.unpack_from("<255Q", memory)]
        moved = b"".join(volume.bytes_at(page, 4096) for page in pages)
        assert moved == path.read_bytes()[: 1 << 20]
        assert memory[need:] == bytes(8192 - need)

        short = refused(
            Code.FAILED,
            "",
            lambda: file.nvme_list(
                Form.PRP, 0, 1 << 20, address=0x8000_0000, memory=bytearray(need - 8)
            ),
        )
        assert short.errno == errno.ENOSPC
        assert file.nvme_list_bytes(Form.PRP, 0, 4096, address=0) == 0
        alone = file.nvme_list(Form.SGL, 0, 4096, address=0)
        assert alone.data_pointer[0] == file.translate(0).address and alone.list_bytes == 0
        refused(
            Code.INVALID, "multiple of 8", lambda: file.nvme_list(Form.PRP, 0, 1, address=4)
        )
        refused(
            Code.INVALID, "multiple of 8", lambda: file.nvme_list_bytes(Form.PRP, 0, 1, address=4)
        )
        with pytest.raises(TypeError):
            file.nvme_list(Form.PRP, 0, 1 << 20, address=0, memory=bytes(8192))
        # Held no longer than the call, also where that raised.
        memory.extend(b"more")
        try:
            file.nvme_list(Form.PRP, 0, 6_000_000, address=0, memory=memory)
        except Error:
            memory.extend(b"more")
        assert len(memory) == 8200


def test_changes_are_raised(volume: Volume) -> None:
    path = volume.folder / "changing"
    path.write_bytes(os.urandom(100_000))
    os.sync()
    with File(path, OPTIONS) as file:
        file.verify()
        with path.open("r+b") as writer:
            writer.truncate(4096)
        refused(Code.CHANGED, "changing", file.verify)


def test_after_closing(path: Path) -> None:
    file = File(path, OPTIONS)
    batches = file.batches(1, limits=Limits(max_segment=4096))
    assert len(next(batches)) == 1 and not file.closed
    file.close()
    file.close()
    assert file.closed and repr(file) == "<closed iopmem file>"
    calls: list[Callable[[], object]] = [
        lambda: file.info,
        file.segments,
        lambda: next(batches),
        lambda: file.translate(0),
        lambda: file.nvme_list(Form.PRP, 0, 1, address=0),
        lambda: file.nvme_list_bytes(Form.SGL, 0, 1, address=0),
        file.verify,
        file.lease_fd,
        lambda: file.dmabuf(0, 4096),
    ]
    for call in calls:
        refused(Code.INVALID, "closed", call)


def test_an_unclosed_file_is_closed(path: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    file = File(path, OPTIONS)
    assert len(os.listdir("/dev/fd")) > before
    with pytest.warns(ResourceWarning, match="unclosed <iopmem file"):
        del file
        gc.collect()
    assert len(os.listdir("/dev/fd")) == before


def test_descriptors(path: Path) -> None:
    with path.open("rb") as opened, File(path, OPTIONS) as named:
        sources: list[iopmem.Source] = [opened, opened.fileno()]
        for source in sources:
            with File(source, OPTIONS) as file:
                assert file.info == named.info
        opened.read(1)
    assert refused(Code.FAILED, "9999", lambda: File(9999, OPTIONS)).errno == errno.EBADF
    refused(Code.INVALID, "descriptor", lambda: File(-1, OPTIONS))


def test_threads_share_a_file_that_one_closes(path: Path) -> None:
    file = File(path, OPTIONS)
    expected = list(file.segments())
    wrong: list[object] = []

    def use() -> None:
        try:
            while True:
                if list(file.segments()) != expected:
                    wrong.append("segments")
        except Error as error:
            if error.code != Code.INVALID:
                wrong.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads[:2]:
        file.verify()
    file.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert not wrong
