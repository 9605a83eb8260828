#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the commands by which an NVMe controller fills a file, with a PRP list for each.

    ./nvme.py --client 0000:05:00.0 --lists 0x80000000 /mnt/receive

The lists lie in one piece of memory, a page for each command. A driver in user space allocates
that where the controller finds it, at the address of --lists.
"""

import argparse
import mmap
import sys

import iopmem

PAGE = 4096
# 512 entries of a list and the one in the command, of a page each.
MOST = 513 * PAGE


def number(text: str) -> int:
    return int(text, 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", help="the PCI function of the controller")
    parser.add_argument("--lists", type=number, required=True)
    parser.add_argument("--base", type=number, help="for a device that is no BAR: its base")
    parser.add_argument("file")
    given = parser.parse_args()
    options = iopmem.Options(
        client=given.client,
        base=given.base,
        no_dax_check=given.base is not None,
        # A controller writes whole pages: so are the last one's.
        block_granular=True,
    )
    try:
        with iopmem.File(given.file, options) as file:
            size = file.info.mapped_size
            starts = range(0, size, MOST)
            memory = memoryview(mmap.mmap(-1, max(1, len(starts)) * PAGE))
            for index, start in enumerate(starts):
                place = index * PAGE
                made = file.nvme_list(
                    iopmem.Form.PRP,
                    start,
                    min(MOST, size - start),
                    memory=memory[place : place + PAGE],
                    address=given.lists + place,
                )
                prp1, prp2 = made.data_pointer
                print(start, made.transfer_bytes, hex(prp1), hex(prp2), made.list_bytes)
            file.verify()
    except iopmem.Error as error:
        print(f"nvme: {error}", file=sys.stderr)
        return abs(error.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
