#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tells an engine where the bytes of a file are, 16 segments at a time, and makes sure that they
are still there when it has moved them.

    ./transfer.py --client 0000:04:00.0 --lease /mnt/model.bin
"""

import argparse
import sys

import iopmem


def move(segments: iopmem.Segments) -> None:
    """Here an engine would be given its descriptors, and waited for."""
    for at, address, length in segments:
        print(at, hex(address), length)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", help="the PCI function of the engine")
    parser.add_argument("--lease", action="store_true")
    parser.add_argument(
        "--base",
        type=lambda text: int(text, 0),
        help="for a device that is no BAR: its base, and the page cache before it",
    )
    parser.add_argument("file")
    given = parser.parse_args()
    options = iopmem.Options(
        client=given.client,
        lease=given.lease,
        base=given.base,
        no_dax_check=given.base is not None,
    )
    limits = iopmem.Limits(max_segment=1 << 20, boundary=1 << 32)
    try:
        with iopmem.File(given.file, options) as file:
            file.verify()
            for segments in file.batches(16, limits=limits):
                move(segments)
                file.verify()
    except iopmem.Error as error:
        print(f"transfer: {error}", file=sys.stderr)
        return abs(error.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
