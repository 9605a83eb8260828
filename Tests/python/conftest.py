# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

#: The project.
ROOT = Path(__file__).resolve().parents[2]
#: Where the device is said to lie.
BASE = 0xC000_0000


@dataclass
class Volume:
    """A mounted ext4 on a loop device, and the image that the device is made of."""

    folder: Path
    image: Path

    def bytes_at(self, address: int, length: int) -> bytes:
        """What an engine finds there."""
        with self.image.open("rb") as image:
            image.seek(address - BASE)
            return image.read(length)


def run(*command: object) -> str:
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="session")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volume]:
    if os.geteuid() != 0:
        pytest.skip("needs root: loop devices")
    made = tmp_path_factory.mktemp("volume")
    folder, image = made / "mnt", made / "image"
    folder.mkdir()
    run("truncate", "-s", "64M", image)
    run("mkfs.ext4", "-q", "-b", "4096", image)
    run("mount", "-o", "loop", image, folder)
    try:
        (folder / "file").write_bytes(os.urandom(5_000_001))
        with (folder / "holed").open("wb") as holed:
            holed.write(os.urandom(4096))
            holed.seek(8192)
            holed.write(os.urandom(4096))
        run("sync", "-f", folder)
        yield Volume(folder, image)
    finally:
        run("umount", folder)


@pytest.fixture
def path(volume: Volume) -> Path:
    """A file of 5,000,001 bytes."""
    return volume.folder / "file"
