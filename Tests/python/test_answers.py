# SPDX-License-Identifier: MIT
"""What answers of the library become that take a driver, or that no library of today gives."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT

Script = Callable[[str], "subprocess.CompletedProcess[str]"]


def scripted(folder: Path, *options: str) -> Script:
    """Runs scripts with the library that answers.c is."""
    subprocess.run(
        ["cc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", *options]
        + [f"-I{ROOT}/Sources/CIopmem/include", "-o", str(folder / "libiopmem.so.1")]
        + [str(ROOT / "Tests/python/answers.c")],
        check=True,
    )

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(script)],
            env={**os.environ, "LD_LIBRARY_PATH": str(folder)},
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return scripted(tmp_path)


LEASED = 'import iopmem, os\nopened = lambda: iopmem.File("/a", iopmem.Options(lease=True))\n'


def test_a_lease_ends_with_the_block(script: Script) -> None:
    done = script(
        LEASED
        + 'with iopmem.File("/a", iopmem.Options(client="0000:04:00.0", lease=True, force=True,\n'
        "    iova_base=0x123)) as file:\n"
        "    print(file.lease_fd())\n"
        "    raise KeyboardInterrupt\n"
    )
    assert done.stdout == "0\n"
    assert done.stderr.startswith("open /a 0x83 0000:04:00.0 123\nclose\n")
    assert done.stderr.endswith("KeyboardInterrupt\n")


def test_a_lease_ends_with_its_object(script: Script) -> None:
    done = script(LEASED + "opened()\nos.write(2, b'after\\n')\n")
    assert "close\n" in done.stderr and done.stderr.endswith("\nafter\n")
    assert "unclosed <iopmem file 7>" in done.stderr


def test_a_dmabuf_outlives_its_file(script: Script) -> None:
    done = script(
        LEASED
        + "with opened() as file: buffer = file.dmabuf(4096)\n"
        "fd = buffer.fileno()\n"
        "os.fstat(fd)\n"
        "with buffer: assert not buffer.closed\n"
        "buffer.close()\n"
        "for call in (buffer.fileno, buffer.detach):\n"
        "    try: call()\n"
        "    except iopmem.Error as error: print(error.code.name, error)\n"
        "try: os.fstat(fd)\n"
        "except OSError: print('gone')\n"
    )
    assert done.stderr == "open /a 0x1 - 0\ndmabuf 4096 ffffffffffffffff\nclose\n"
    assert done.stdout == "INVALID the dma-buf is closed\n" * 2 + "gone\n"


def test_a_dmabuf_that_is_given_away_stays_open(script: Script) -> None:
    done = script(
        LEASED
        + "with opened() as file:\n"
        "    with file.dmabuf() as buffer: fd = buffer.detach()\n"
        "    lost = file.dmabuf()\n"
        "os.fstat(fd)\n"
        "kept = lost.fileno()\n"
        "del lost\n"
        "try: os.fstat(kept)\n"
        "except OSError: print('gone')\n"
    )
    assert done.stdout == "gone\n", done.stderr
    assert "unclosed <dma-buf, descriptor" in done.stderr


@pytest.mark.parametrize(
    "call, code, words",
    [
        ("file.info", "UNKNOWN", "a kind of address not known here: 7"),
        ("file.segments()", "UNKNOWN", "1 segments were written of 2"),
        ("file.translate(0)", "CHANGED", "what the library says"),
        ("file.verify()", "UNKNOWN", "what the library says"),
        ("file.nvme_list(iopmem.Form.SGL, 0, 1, address=0)", "REFUSED", "what the library says"),
        ("iopmem.File(0)", "UNKNOWN", "libiopmem answered -99: what the library says"),
    ],
)
def test_answers_are_raised(script: Script, call: str, code: str, words: str) -> None:
    done = script(
        LEASED
        + "with opened() as file:\n"
        f"    try: {call}\n"
        "    except iopmem.Error as error: print(error.code.name, error)\n"
    )
    assert done.stdout == f"{code} {words}\n", done.stderr


def test_an_older_library_is_not_taken(tmp_path: Path) -> None:
    run = scripted(tmp_path, "-DOLD")
    done = run("import iopmem")
    assert done.returncode == 1
    assert "ImportError: libiopmem.so.1 is missing, or older than this package" in done.stderr
    (tmp_path / "libiopmem.so.1").write_bytes(b"no library")
    done = run("import iopmem")
    assert "ImportError: libiopmem.so.1 is missing" in done.stderr
