# SPDX-License-Identifier: MIT
from __future__ import annotations

import enum
from typing import NamedTuple


class Form(enum.Enum):
    """In which form an NVMe controller is told of memory: NVM Express Base Specification."""

    #: Physical Region Pages: the list's address is a multiple of 8.
    PRP = "prp"
    #: A Scatter Gather List: the list's address is a multiple of 16.
    SGL = "sgl"


class NVMeList(NamedTuple):
    """What the command that moves a part of a file holds, and how long its list is."""

    #: Bytes 24 to 39 of the command, DPTR, as two numbers of this processor.
    data_pointer: tuple[int, int]
    #: How many bytes of the memory the list took; 0 where the command holds all of it.
    list_bytes: int
    #: How many bytes the command has to move.
    transfer_bytes: int
