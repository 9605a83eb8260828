# SPDX-License-Identifier: MIT
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import BASE, ROOT, Volume


def example(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "share/examples" / name), *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_transfer(path: Path, volume: Volume) -> None:
    done = example("transfer.py", "--base", hex(BASE), path)
    assert done.returncode == 0, done.stderr
    moved = b""
    for line in done.stdout.splitlines():
        at, address, length = line.split()
        assert int(at) == len(moved)
        moved += volume.bytes_at(int(address, 0), int(length))
    assert moved == path.read_bytes()

    refused = example("transfer.py", path)
    assert refused.returncode == 2 and "a file has no addresses" in refused.stderr


def test_nvme(path: Path, volume: Volume) -> None:
    done = example("nvme.py", "--base", hex(BASE), "--lists", "0x80000000", path)
    assert done.returncode == 0, done.stderr
    content, at = path.read_bytes(), 0
    for index, line in enumerate(done.stdout.splitlines()):
        start, length, prp1, prp2, list_bytes = (int(word, 0) for word in line.split())
        assert start == at and length <= 513 * 4096
        assert volume.bytes_at(prp1, 4096) == content[start : start + 4096]
        if list_bytes:
            assert prp2 == 0x8000_0000 + index * 4096 and list_bytes == (length // 4096 - 1) * 8
        at += length
    assert at == 1221 * 4096 >= len(content)

    refused = example("nvme.py", "--base", hex(BASE), "--lists", "4", path)
    assert refused.returncode == 4 and "multiple of 8" in refused.stderr
