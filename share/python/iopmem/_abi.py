# SPDX-License-Identifier: MIT
"""The structures, constants and functions of iopmem.h, as ctypes has them.

A test compiles the header and compares.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_char_p, c_int, c_int32, c_size_t, c_ubyte, c_uint32, c_uint64, c_void_p
from typing import Any

OK, MORE = 0, 2

LEASE = 1 << 0
IOVA_BASE = 1 << 1
BASE = 1 << 2
BAR = 1 << 3
BLOCK_GRANULAR = 1 << 4
NO_DAX_CHECK = 1 << 5
REQUIRE_PIN = 1 << 6
FORCE = 1 << 7
ALLOW_UNWRITTEN = 1 << 8
ALLOW_SHARED = 1 << 9
ALLOW_ENCODED = 1 << 10
ALLOW_ENCRYPTED = 1 << 11

INFO_DAX = 1 << 0
INFO_LEASED = 1 << 1
INFO_PINNED = 1 << 2

SKIP_HOLES = 1 << 0
TO_END = (1 << 64) - 1


class Options(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("flags", c_uint32),
        ("client", c_char_p),
        ("address_bits", c_uint32),
        ("bar", c_uint32),
        ("base", c_uint64),
        ("iova_base", c_uint64),
    ]


class Info(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("flags", c_uint32),
        ("file_size", c_uint64),
        ("mapped_size", c_uint64),
        ("hole_bytes", c_uint64),
        ("segment_count", c_uint64),
        ("inode", c_uint64),
        ("bar_address", c_uint64),
        ("window_offset", c_uint64),
        ("window_size", c_uint64),
        ("address_kind", c_uint32),
        ("bar", c_int32),
        ("function", c_char * 24),
        ("fingerprint", c_ubyte * 16),
        ("fingerprint_text", c_char * 40),
    ]


class Limits(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("flags", c_uint32),
        ("max_segment", c_uint64),
        ("boundary", c_uint64),
        ("alignment", c_uint64),
        ("max_segments", c_uint64),
        ("address_bits", c_uint32),
        ("reserved", c_uint32),
    ]


class Segment(ctypes.Structure):
    _fields_ = [("file_offset", c_uint64), ("address", c_uint64), ("length", c_uint64)]


class NVMeList(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("flags", c_uint32),
        ("memory", c_void_p),
        ("memory_bytes", c_uint64),
        ("address", c_uint64),
        ("page_size", c_uint64),
        ("data_pointer", c_uint64 * 2),
        ("list_bytes", c_uint64),
        ("transfer_bytes", c_uint64),
    ]


# A file's handle is a number that C sees as a pointer: nothing is behind it.
_FILE = c_void_p
_PART = [_FILE, c_uint64, c_uint64]
_P = ctypes.POINTER

FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "iopmem_version": (c_char_p, []),
    "iopmem_error_message": (c_char_p, []),
    "iopmem_error_number": (c_int, []),
    "iopmem_file_open": (c_int, [c_char_p, _P(Options), _P(_FILE)]),
    "iopmem_file_open_fd": (c_int, [c_int, _P(Options), _P(_FILE)]),
    "iopmem_file_close": (c_int, [_FILE]),
    "iopmem_file_info": (c_int, [_FILE, _P(Info)]),
    "iopmem_file_segments": (c_int, [*_PART, _P(Limits), _P(Segment), _P(c_size_t)]),
    "iopmem_file_translate": (c_int, [*_PART, _P(c_uint64), _P(c_uint64)]),
    "iopmem_file_nvme_prp": (c_int, [*_PART, _P(Limits), _P(NVMeList)]),
    "iopmem_file_nvme_sgl": (c_int, [*_PART, _P(Limits), _P(NVMeList)]),
    "iopmem_file_verify": (c_int, [_FILE]),
    "iopmem_file_lease_fd": (c_int, [_FILE]),
    "iopmem_file_dmabuf": (c_int, [*_PART]),
}


def load(name: str = "libiopmem.so.1") -> ctypes.CDLL:
    """The library, which the dynamic linker finds; OSError or AttributeError where it does not."""
    library = ctypes.CDLL(name)
    for function, (result, arguments) in FUNCTIONS.items():
        entry = getattr(library, function)
        entry.restype, entry.argtypes = result, arguments
    return library
