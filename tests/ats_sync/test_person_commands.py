"""What an operator types to copy a person's data and to erase it."""

from __future__ import annotations

import zipfile

import pytest
from django.core.management import CommandError, call_command

from ats_sync.models import Erasure
from recruiter.models import Member
from rsc.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "mnorris@gmail.com"


@pytest.fixture
def known(ats, mae) -> Member:
    """Mae, whom an ATS knows as well."""
    candidate = factories.CandidateFactory(ats=ats, emails=[ADDRESS])
    factories.MatchFactory(candidate=candidate, member=mae)
    return mae


def test_a_copy_is_written_and_audited(known, tmp_path, capsys):
    out = tmp_path / "mae.zip"
    call_command("export_person", ADDRESS, out=out)
    with zipfile.ZipFile(out) as copy:
        assert any(ADDRESS in copy.read(name).decode() for name in copy.namelist())
    assert AuditEntry.objects.filter(verb="person.exported").exists()
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("export_person", "nobody@a.test", out=out)


def test_a_person_is_shown_first_and_erased_when_named_again(known, capsys, monkeypatch):
    call_command("erase_person", ADDRESS, "--dry-run")
    assert "1  ats_sync.Candidate" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_person", ADDRESS)
    monkeypatch.setattr("builtins.input", lambda question: ADDRESS)
    call_command("erase_person", ADDRESS)
    receipt = Erasure.objects.get()
    assert f"receipt {receipt.pk} {receipt.digest}" in capsys.readouterr().out
    known.refresh_from_db()
    assert (known.closed_at is not None, known.last_name) == (True, "")


def test_after_a_restore_the_list_of_receipts_erases_anew(known, capsys, tmp_path):
    call_command("erase_person", ADDRESS, "--yes")
    capsys.readouterr()
    call_command("erase_person", "--list")
    names = tmp_path / "erased.txt"
    names.write_text(capsys.readouterr().out)
    assert f"member:{known.public_id}" in names.read_text()
    # A backup brings the person back, under the same public id.
    Member.objects.filter(pk=known.pk).update(closed_at=None, first_name="Mae")
    call_command("erase_person", "--again", str(names))
    assert "1 were there again" in capsys.readouterr().out
    assert not Member.objects.filter(first_name="Mae").exists()
