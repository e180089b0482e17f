"""An index lost, cut or changed on disk: PostgreSQL answers, the page says so, a build mends."""

from __future__ import annotations

import os

import pytest

from recruiter import search
from recruiter.search import MemberQuery
from recruiter.search.bitmap import files
from recruiter.search.bitmap.build import build, versions


@pytest.fixture
def index(db):
    return search.engine("bitmap")


def test_a_damaged_index_falls_back_with_a_notice(index, sql, world, viewers):
    build()
    question = MemberQuery(viewer=viewers["ada"], count=100)
    for path in versions().folder(1).glob("*"):
        path.write_bytes(b"")
    index.forget()
    page = index.search(question)
    assert page.member_ids == sql.search(question).member_ids
    assert "The search index is damaged. The database answers instead" in page.notice
    assert not index.ready()


@pytest.mark.parametrize("damage", ["lost", "short", "flipped"])
def test_no_file_of_an_index_can_be_damaged_unseen(index, world, damage):
    build()
    for path in sorted(versions().folder(1).iterdir()):
        whole = path.read_bytes()
        if not whole or path.name in ("begun.json", "sums.json"):
            continue
        if damage == "lost":
            path.unlink()
        elif damage == "short":
            path.write_bytes(whole[:-1])
        else:
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        index.forget()
        assert not index.ready(), path.name
        path.write_bytes(whole)
    index.forget()
    assert index.ready()


def test_a_file_that_is_cut_while_it_is_open_is_not_read_any_more(
    index, sql, world, viewers, monkeypatch
):
    """The system would end the process that reads there."""
    monkeypatch.setattr(files, "LOOK_EVERY", 0)
    build()
    question = MemberQuery(viewer=viewers["ada"], count=100)
    assert index.search(question).notice == ""
    sets = versions().folder(1) / "sets.bin"
    os.truncate(sets, 0)
    page = index.search(question)
    assert "The search index is damaged. The database answers instead" in page.notice
    assert page.member_ids == sql.search(question).member_ids
    build()
    assert index.search(question).notice == ""


def test_what_lies_about_the_current_version_is_told_and_mended(index, world, viewers):
    build()
    question = MemberQuery(viewer=viewers["ada"], count=100)
    for written in ("", "{", "[]", '{"format": 3}'):
        (versions().root / "manifest.json").write_text(written)
        index.forget()
        assert "The search index cannot be read." in index.search(question).notice
    build()
    assert versions().manifest()["version"] == 2
    assert index.search(question).notice == ""


def test_a_damaged_version_is_looked_at_once(index, world, viewers):
    build()
    sets, question = versions().folder(1) / "sets.bin", MemberQuery(viewer=viewers["ada"])
    whole = sets.read_bytes()
    sets.write_bytes(b"")
    index.forget()
    assert "damaged" in index.search(question).notice
    sets.write_bytes(whole)
    assert "damaged" in index.search(question).notice
    build()
    assert index.search(question).notice == ""
