"""The operator's commands over files: what they write, and what they say of broken lines."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ats_sync.identity import febrl
from ats_sync.identity.weights import shipped_weights
from tests.ats_sync.identity.people import NOTHING, candidate_source, member_source


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, Path]:
    members = [
        member_source(1),
        member_source(2, givenName="Olaf", familyName="Berg", emails=[], phone="", profile=""),
    ]
    candidates = [
        candidate_source("a"),
        candidate_source("b", **NOTHING | {"firstName": "Olaf", "lastName": "Berg"}),
        candidate_source("c", **NOTHING | {"firstName": "Zoe", "lastName": "Quist"}),
        candidate_source("d", firstName="X", **NOTHING, manualMatchedMember="2"),
    ]
    return _lines(tmp_path / "members.jsonl", members), _lines(
        tmp_path / "people.jsonl", candidates
    )


def _lines(path: Path, sources: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(source) + "\n" for source in sources))
    return path


def _pairs(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_matching_writes_a_line_for_each_proposed_pair(
    world: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "pairs.csv"
    call_command("match_files", *world, out=out, verbosity=0)
    rows = _pairs(out)
    assert [(row["candidate_id"], row["member_id"], row["tier"]) for row in rows] == [
        ("a", "1", "automatic"),
        ("b", "2", "suggested"),
        ("d", "2", "automatic"),
    ]
    assert rows[0]["reasons"].startswith("By email: + Same name; + Same")
    assert rows[1]["reasons"].endswith(
        "? Not linked by itself: no e-mail address, phone or profile is the same"
    )
    assert all(0 < float(row["confidence"]) <= 1 for row in rows)
    assert sorted(tmp_path.iterdir()) == sorted([*world, out])


def test_packed_files_are_read_as_well(world: tuple[Path, Path], tmp_path: Path) -> None:
    packed = []
    for path in world:
        packed.append(path.with_suffix(".jsonl.gz"))
        packed[-1].write_bytes(gzip.compress(path.read_bytes()))
    call_command("match_files", *world, out=tmp_path / "plain.csv")
    call_command("match_files", *packed, out=tmp_path / "packed.csv")
    assert _pairs(tmp_path / "plain.csv") == _pairs(tmp_path / "packed.csv")


def test_the_order_of_lines_changes_nothing(world: tuple[Path, Path], tmp_path: Path) -> None:
    call_command("match_files", *world, out=tmp_path / "once.csv")
    for path in world:
        path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))
    call_command("match_files", *world, out=tmp_path / "again.csv")
    once, again = _pairs(tmp_path / "once.csv"), _pairs(tmp_path / "again.csv")
    assert sorted(map(str, once)) == sorted(map(str, again))


def test_a_dry_run_writes_nothing(
    world: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match_files", *world, dry_run=True)
    assert "2 linked automatically" in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == sorted(world)


def test_a_place_to_write_must_be_named(world: tuple[Path, Path]) -> None:
    with pytest.raises(CommandError, match="--out"):
        call_command("match_files", *world)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "9", ', "no JSON"),
        ("[1]", "a JSON object is expected"),
        ('{"firstName": "Ada"}', "id: a text or a number is expected"),
        ('{"id": "9", "firstName": 7}', "firstName: a text is expected"),
        ('{"id": "9", "emailAddresses": "ada@x.org"}', "emailAddresses: a list is expected"),
        ('{"id": "9", "atsCreatedAt": "today"}', "atsCreatedAt: milliseconds"),
        ('{"id": "a"}', "id a is that of line 1"),
    ],
)
def test_a_broken_line_is_named_with_file_number_and_reason(
    world: tuple[Path, Path], tmp_path: Path, line: str, reason: str
) -> None:
    members, candidates = world
    candidates.write_text(f"{candidates.read_text()}\n{line}\n")
    out = tmp_path / "pairs.csv"
    with pytest.raises(CommandError, match=reason) as caught:
        call_command("match_files", members, candidates, out=out)
    assert f"{candidates}, line 6: " in str(caught.value)
    assert not out.exists()


def test_a_file_that_is_not_there_is_named(world: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.jsonl"):
        call_command("match_files", tmp_path / "nowhere.jsonl", world[1], out=tmp_path / "x.csv")


def test_weights_that_are_none_are_refused(world: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no weights"):
        call_command("match_files", *world, out=tmp_path / "x.csv", weights=world[0])


def test_too_few_candidates_are_not_learnt_from(world: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="too few"):
        call_command("learn_matching", *world, out=tmp_path / "weights.json")


def test_learnt_weights_can_be_used(
    world: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ats_sync.management.commands.learn_matching.FEWEST", 1)
    weights = tmp_path / "weights.json"
    call_command("learn_matching", *world, out=weights, name="ours", stdout=_Silent())
    assert json.loads(weights.read_text())["version"] == "ours"
    weights.write_text(shipped_weights().as_json())
    call_command("match_files", *world, out=tmp_path / "pairs.csv", weights=weights)
    assert len(_pairs(tmp_path / "pairs.csv")) == 3


class _Silent:
    def write(self, text: str) -> None:
        """Say nothing."""


def test_the_figures_come_with_intervals(
    world: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("candidate_id,member_id\na,1\nb,2\nd,1\n")
    classes = tmp_path / "classes.csv"
    classes.write_text("candidate_id,tags\na,member easy\nb,member\nc,stranger\nd,member\n")
    call_command("bench_matching", *world, truth=truth, classes=classes, febrl=_febrl(tmp_path))
    said = capsys.readouterr().out
    assert "recall of automatic links    0.33333 (1 of 3;" in said
    assert "candidate d went to member 2" in said
    assert any(f"label {label}" in said for label in ("Strong", "Possible", "Weak"))
    assert "FEBRL 4: F1 1.0000 (published: Splink 5 0.9991)" in said


def test_a_world_without_its_truth_cannot_be_judged(world: tuple[Path, Path]) -> None:
    with pytest.raises(CommandError, match="--truth"):
        call_command("bench_matching", *world)


def _febrl(folder: Path) -> Path:
    """A tiny set of the benchmark's form: sixty people, each twice, some letters off."""
    rows = [
        {
            "given_name": f"{'abcdefghij'[n % 10]}nna{n}",
            "surname": f"{'klmnopqrst'[n // 6]}ord{n}",
            "date_of_birth": f"19{n:02}0101",
            "soc_sec_id": f"{n:03}{n:03}1",
            "postcode": f"2{n:03}",
            "suburb": f"suburb{n}",
            "street_number": str(n),
            "address_1": f"street {n}",
            "address_2": "",
            "state": "nsw",
        }
        for n in range(60)
    ]
    one = [{"rec_id": f"rec-{n}-org", **row} for n, row in enumerate(rows)]
    other = [{"rec_id": f"rec-{n}-dup-0", **row, "suburb": f"sub{n}"} for n, row in enumerate(rows)]
    for name, records in (("3", one + other), ("4a", one), ("4b", other)):
        with (folder / f"dataset{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(one[0]))
            writer.writeheader()
            writer.writerows(records)
    return folder


def test_febrl_rows_are_read_without_their_spaces(tmp_path: Path) -> None:
    path = tmp_path / "dataset.csv"
    path.write_text("rec_id, given_name\nrec-1-org, ada\n")
    rows = febrl.read_rows(path)
    assert rows == [{"rec_id": "rec-1-org", "given_name": "ada"}]
    assert febrl.entity(rows[0]) == "1"
