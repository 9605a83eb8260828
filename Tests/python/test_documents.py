# SPDX-License-Identifier: MIT
"""What pages show as the program's JSON is of its schemas."""

from __future__ import annotations

import json
import re

import pytest

from conftest import ROOT

PAGE = (ROOT / "share/doc/kubernetes.md").read_text()
DOCUMENTS = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.M | re.S)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document["schema"]))
def test_json_is_of_its_schema(document: dict[str, object]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    name = str(document["schema"]).split("/")[0]
    schema = json.loads((ROOT / f"share/schemas/{name}.schema.json").read_text())
    jsonschema.validate(document, schema)


def test_there_is_json() -> None:
    assert {str(document["schema"]) for document in DOCUMENTS} == {
        "iopmem.list/1", "iopmem.manifest/1", "iopmem.apply/1", "iopmem.fiemap/1",
    }
