"""A sandbox counts nowhere, is seen by administrators alone, and can be emptied at once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from ats_sync import application_history, candidates, footprints, notes, sandbox
from ats_sync.models import Ats, Candidate, FeedDay, JobPosting, Match, SandboxPurge
from recruiter import legal_holds
from recruiter.models import AtsFootprint, VisibilityToken
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_admin_activation import admin, page, text  # noqa: F401 - fixtures


@pytest.fixture
def trial(ats, mae) -> Ats:
    """Ada's ATS, marked as a sandbox, with Mae in it."""
    ats.is_sandbox = True
    ats.save()
    footprints.token_force_follows(ats)
    sent = records.candidate(
        "1", emails=["mnorris@gmail.com"], first_name="Mae", last_name="Norris"
    )
    candidates.upsert(ats, [sent])
    factories.JobPostingFactory(ats=ats)
    FeedDay.objects.create(
        ats=ats, resource="x", day=factories.LONG_AGO.date(), last_at=factories.LONG_AGO
    )
    return ats


def test_its_facts_count_in_nobodys_search(trial, ada, mae):
    assert Match.objects.live().get().member == mae
    assert not VisibilityToken.objects.held_by(ada).exists()
    trial.is_sandbox = False
    trial.save()
    footprints.token_force_follows(trial)
    assert VisibilityToken.objects.held_by(ada).exists()


def test_only_administrators_see_its_records(trial, ada):
    assert not Candidate.objects.visible_to(ada).exists()
    assert not JobPosting.objects.visible_to(ada).exists()
    ada.role = Seat.Role.ADMINISTRATOR
    assert Candidate.objects.visible_to(ada).exists()
    assert JobPosting.objects.visible_to(ada).exists()


def test_another_ats_of_the_company_keeps_its_data_and_its_settings(trial, ada, root):
    real = factories.AtsFactory(company=trial.company, name="Real")
    factories.IntegrationSettingFactory(integration=factories.IntegrationFactory(ats=real))
    factories.CandidateFactory(ats=real, external_id="1")
    assert list(Candidate.objects.visible_to(ada)) == list(real.candidates.all())
    sandbox.run(sandbox.ask_purge(trial, actor=root))
    assert real.candidates.count() == 1
    assert trial.integrations.count() == 3


def test_a_purge_empties_it_and_leaves_a_receipt(admin, trial, root):  # noqa: F811
    assert "Yes, delete all" in text(admin.get(page("purge", trial)))
    admin.post(page("purge", trial))
    assert "running" in text(admin.get(page("purge", trial)))
    assert "goes on" in text(admin.post(page("purge", trial), follow=True))
    sandbox.run_purges()
    for rows in sandbox.all_rows(trial):
        assert not rows.exists(), rows.model
    assert not AtsFootprint.objects.exists()
    purge = SandboxPurge.objects.get()
    assert purge.finished_at
    assert (purge.deleted["candidates"], purge.deleted["job postings"]) == (1, 1)
    read = text(admin.get(page("purge", trial)))
    assert f"Receipt {purge.pk} : finished" in read.replace(":", " :").replace("  ", " ")
    entry = AuditEntry.objects.get(verb="sandbox.purged")
    assert (entry.actor, entry.detail["rows"]) == (root, purge.total)


def test_a_purge_takes_what_waits_for_its_parent_too(trial, root):
    """Nobody would ever look for it again."""
    application_history.upsert_stages(trial, [records.stage()])
    application_history.upsert_feedback(trial, [records.feedback()])
    notes.upsert_on_candidates(trial, [records.candidate_note()])
    notes.upsert_on_applications(trial, [records.application_note()])
    planned = sum(rows.count() for rows in sandbox.all_rows(trial))
    purge = sandbox.ask_purge(trial, actor=root)
    sandbox.run(purge)
    assert purge.planned == purge.total == planned
    left = [rows.model.__name__ for rows in sandbox.all_rows(trial) if rows.exists()]
    assert left == []


def test_a_real_ats_is_never_purged(admin, ats, root):  # noqa: F811
    factories.CandidateFactory(ats=ats)
    assert "is no sandbox" in text(admin.post(page("purge", ats), follow=True))
    with pytest.raises(CommandError, match="no sandbox"):
        call_command("purge_sandbox", str(ats.pk), "--yes")
    assert ats.candidates.count() == 1


def test_what_the_law_holds_is_not_purged(admin, trial, root):  # noqa: F811
    hold = legal_holds.place("company", trial.company_id, "case 7", actor=root)
    assert "A legal hold forbids it" in text(admin.post(page("purge", trial), follow=True))
    with pytest.raises(CommandError, match="legal hold"):
        call_command("purge_sandbox", str(trial.pk), "--yes")
    assert trial.candidates.exists()
    legal_holds.lift(hold, actor=root)
    assert sandbox.ask_purge(trial, actor=root)


def test_a_purge_stops_when_the_mark_is_taken_away(trial, root):
    purge = sandbox.ask_purge(trial, actor=root)
    Ats.objects.update(is_sandbox=False)
    with pytest.raises(sandbox.NoSandbox):
        sandbox.run(purge)
    assert trial.candidates.exists()


def test_the_command_purges_with_a_receipt(trial, capsys):
    call_command("purge_sandbox", str(trial.pk), "--yes")
    told = capsys.readouterr().out
    assert "1 candidates" in told
    assert "receipt" in told
    assert not trial.candidates.exists()
