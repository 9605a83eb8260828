# SPDX-License-Identifier: MIT
"""What ctypes has of iopmem.h is what a C compiler has of it."""

from __future__ import annotations

import ctypes
import enum
import re
import subprocess
from pathlib import Path

import iopmem
from iopmem import _abi
from conftest import ROOT

INCLUDE = ROOT / "Sources/CIopmem/include"
HEADER = (INCLUDE / "iopmem.h").read_text()

STRUCTURES: dict[str, type[ctypes.Structure]] = {
    "iopmem_options": _abi.Options,
    "iopmem_info": _abi.Info,
    "iopmem_limits": _abi.Limits,
    "iopmem_segment": _abi.Segment,
    "iopmem_nvme_list": _abi.NVMeList,
}


def compiled(folder: Path, lines: list[str]) -> list[int]:
    """The values of expressions, as a program in C prints them."""
    source = folder / "probe.c"
    prints = "\n".join(f'printf("%llu\\n", (unsigned long long)({line}));' for line in lines)
    source.write_text(
        "#include <stddef.h>\n#include <stdio.h>\n#include <iopmem.h>\n"
        f"int main(void) {{\n{prints}\nreturn 0; }}\n"
    )
    program = folder / "probe"
    subprocess.run(
        ["cc", "-Werror", f"-I{INCLUDE}", "-o", str(program), str(source)], check=True
    )
    output = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    return [int(line) for line in output.splitlines()]


def test_structures(tmp_path: Path) -> None:
    expected: dict[str, int] = {}
    for name, mirror in STRUCTURES.items():
        expected[f"sizeof(struct {name})"] = ctypes.sizeof(mirror)
        for field, *_ in mirror._fields_:
            entry = getattr(mirror, field)
            expected[f"offsetof(struct {name}, {field})"] = entry.offset
            expected[f"sizeof(((struct {name} *)0)->{field})"] = entry.size
    assert dict(zip(expected, compiled(tmp_path, list(expected)))) == expected


def test_every_field() -> None:
    for name, mirror in STRUCTURES.items():
        body = re.search(rf"^struct {name} {{$(.*?)^}};$", HEADER, re.M | re.S)
        assert body
        text = re.sub(r"/\*.*?\*/", "", body[1], flags=re.S)
        declared = re.findall(r"\*?(\w+)(?:\[\d+\])?;", text)
        assert declared == [field for field, *_ in mirror._fields_]


def here(name: str) -> int:
    """What a name of the header's is here."""
    plain = name.removeprefix("IOPMEM_")
    kind = re.fullmatch(r"(\w+)_ADDRESS", plain)
    found: object
    if kind:
        found = iopmem.AddressKind[kind[1]]
    elif plain in iopmem.Code.__members__:
        found = iopmem.Code[plain]
    else:
        found = getattr(_abi, plain)
    assert isinstance(found, (int, enum.IntEnum))
    return int(found)


def test_every_constant(tmp_path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.S)
    defined = re.findall(r"^#define (IOPMEM_\w+) .*[0-9A-Z)]$", text, re.M)
    enumerated = re.findall(r"^\t(IOPMEM_\w+) = ", text, re.M)
    names = [name for name in defined if name != "IOPMEM_CHECKED"] + enumerated
    assert len(names) > 20
    expected = {name: here(name) % (1 << 64) for name in names}
    assert dict(zip(names, compiled(tmp_path, names))) == expected
    assert set(iopmem.Hazard.__members__) == {
        name.removeprefix("IOPMEM_ALLOW_") for name in names if name.startswith("IOPMEM_ALLOW_")
    }


def test_every_function() -> None:
    begins = r"^(?:IOPMEM_CHECKED )?(?:int|const char) \*?"
    declared = re.findall(begins + r"(iopmem_\w+)\(", HEADER, re.M)
    assert sorted(declared) == sorted(_abi.FUNCTIONS)


def test_version() -> None:
    project = (ROOT / "share/python/pyproject.toml").read_text()
    assert f'\nversion = "{iopmem.version()}"\n' in project
    collection = (ROOT / "share/ansible/galaxy.yml").read_text()
    assert f"\nversion: {iopmem.version()}\n" in collection
