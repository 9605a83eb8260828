# SPDX-License-Identifier: MIT
"""What makes no sense is raised, before C cuts it off or after; none of it needs a device."""

from __future__ import annotations

import errno
import pickle
from dataclasses import replace
from typing import Any

import pytest

from iopmem import Code, Error, File, Hazard, Limits, Options

OPTIONS = Options(base=0xC000_0000, no_dax_check=True)


@pytest.mark.parametrize(
    "fields, reason",
    [
        ({"base": (1 << 64) + 0xC000_0000}, "base"),
        ({"base": -4096}, "base"),
        ({"bar": 1 << 32, "base": None}, "bar"),
        ({"bar": 6, "base": None}, "0 to 5"),
        ({"bar": 2}, "IOPMEM_BASE and IOPMEM_BAR"),
        ({"iova_base": 1 << 64, "client": "0000:04:00.0"}, "iova_base"),
        ({"iova_base": 0}, "without a client"),
        ({"address_bits": (1 << 32) + 40, "client": "0000:04:00.0"}, "address_bits"),
        ({"address_bits": 31, "client": "0000:04:00.0"}, "address_bits"),
        ({"client": "0000:04:00.0\0"}, "zero byte"),
        ({"client": "no function"}, "no PCI function"),
        ({"client": "\udcff"}, "no PCI function"),
        ({"client": ""}, "no PCI function"),
        ({"lease": True}, "IOPMEM_LEASE"),
        ({"force": True, "client": "0000:04:00.0"}, "IOPMEM_FORCE"),
    ],
)
def test_options(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(Error, match=reason) as caught:
        File("/etc/passwd", replace(OPTIONS, **fields))
    assert caught.value.code == Code.INVALID


@pytest.mark.parametrize("hazard", list(Hazard))
def test_hazards_are_told(hazard: Hazard) -> None:
    # A flag that the library did not know would be INVALID.
    with pytest.raises(Error) as caught:
        File("/no/such", replace(OPTIONS, allow=[hazard], block_granular=True, require_pin=True))
    assert caught.value.code == Code.FAILED and caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("path", ["/etc/passwd\0", b"\0"])
def test_paths_with_zero_bytes(path: str | bytes) -> None:
    with pytest.raises(Error, match="zero byte") as caught:
        File(path, OPTIONS)
    assert caught.value.code == Code.INVALID


def test_a_name_that_is_no_text() -> None:
    with pytest.raises(Error, match=r"/no/\\xff\\n") as caught:
        File(b"/no/\xff\n")
    assert caught.value.errno == errno.ENOENT and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_segment=1 << 64),
        Limits(boundary=-1),
        Limits(alignment=1 << 64),
        Limits(max_segments=1 << 64),
        Limits(address_bits=(1 << 32) + 40),
    ],
)
def test_limits_are_not_cut_off(limits: Limits) -> None:
    with pytest.raises(Error, match="not from 0 to") as caught:
        limits._structure()
    assert caught.value.code == Code.INVALID


def test_wrong_types() -> None:
    with pytest.raises(TypeError):
        File("/etc/passwd", Options(base=1.5))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        File(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        File("/etc/passwd", Options(allow=["unwritten"]))  # type: ignore[list-item]


def test_errors_travel() -> None:
    error = Error(Code.REFUSED, "why", errno.EPERM)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.message, copy.errno, str(copy)) == (-2, "why", errno.EPERM, "why")
