"""What reviews forget: names, sizes, words and files that no test runner would find."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("rsc", "recruiter", "ats_sync", "widget")
FORBIDDEN_ENDINGS = ("Manager", "Helper", "Handler", "Service", "Util", "Utils", "Processor")
# Spellings of the wire that must not travel inward (style: only ats_sync/api knows them).
WIRE_WORDS = re.compile(
    r"atsCandidateId|atsJobApplicationId|externalCandidateId|externalJobPostingId"
    r"|integrationContext|atsEntityAclId|manualMatchedMember|emailAddresses"
)
# The border itself, and the reader of files that use the fields of the wire.
WIRE_PLACES = (
    "ats_sync/api/", "ats_sync/restli/", "ats_sync/identity/records.py",
    "ats_sync/bench/", "ats_sync/certify/",  # programs at the other end of the wire
)  # fmt: skip


def modules() -> list[Path]:
    found = (path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_stays_small_enough_to_read(path: Path):
    assert len(path.read_text().splitlines()) <= 400, "split it by noun"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_names_say_what_a_thing_is(path: Path):
    classes = [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    assert [name for name in classes if name.endswith(FORBIDDEN_ENDINGS)] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_wire_spelling_stays_at_the_border(path: Path):
    if name_of(path).startswith(WIRE_PLACES):
        return
    code = "\n".join(line for line in path.read_text().splitlines() if "``" not in line)
    assert WIRE_WORDS.findall(code) == []


def test_every_test_file_is_collected():
    astray = [
        name_of(path)
        for path in (ROOT / "tests").rglob("*.py")
        if re.search(r"^(async )?def test_", path.read_text(), re.MULTILINE)
        and not path.name.startswith("test_")
        and path.name != "conftest.py"
    ]
    assert astray == []


def test_templates_stay_short():
    long = [
        name_of(path)
        for path in (ROOT / "templates").rglob("*.html")
        if len(path.read_text().splitlines()) > 150
    ]
    assert long == []


def test_templates_hold_no_inline_script_or_style():
    guilty = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if re.search(
            r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)(?![^>]*application/json)", text
        ):
            guilty.append(name_of(path))
    assert guilty == []


def test_only_the_slots_file_names_the_ats_panels():
    named = [
        name_of(path)
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"""url ["']ats:""", path.read_text())
    ]
    inside = [name for name in named if not name.startswith("templates/ats_sync/")]
    assert inside in ([], ["templates/recruiter/_ats_slots.html"])
