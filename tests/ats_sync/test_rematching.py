"""A full re-match, as an operator runs it; and what people decided outlives all of it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ats_sync import candidates, links, matching, rematching
from ats_sync.identity.gates import Doubt
from ats_sync.models import Candidate, IdentityEvent, Match, MemberIdentity, RematchRun
from recruiter.models import Member
from rsc import statements
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(ats) -> list[Member]:
    """Members and their candidates, synced before anybody's keys were written."""
    members = []
    for number, name in enumerate(("Amara Abbott", "Björn Castellano", "Chiara Dubois")):
        first, last = name.split()
        member = factories.MemberFactory(first_name=first, last_name=last)
        factories.MemberEmailFactory(member=member, address=f"{first.lower()}@post.test")
        members.append(member)
        sent = {"first_name": first, "last_name": last, "emails": [f"{first.lower()}@post.test"]}
        candidates.upsert(ats, [records.candidate(f"C-{number}", **sent)])
    return members


def run(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def forget_matches() -> None:
    Match.objects.all().delete()


def test_a_full_rematch_finds_the_links_again_and_says_what_changed(people):
    forget_matches()
    said = run("rematch_candidates")
    assert "3 candidates in" in said
    assert "nothing > automatic: 3" in said
    assert Match.objects.live().count() == 3
    assert "no link changes" in run("rematch_candidates")


def test_a_rematch_that_changes_nothing_writes_nothing(people):
    run("rematch_candidates")
    before = rows_as_written()
    assert len(before) > 6
    assert "no link changes" in run("rematch_candidates", "--restart")
    assert rows_as_written() == before


def rows_as_written() -> list[tuple[str, ...]]:
    """Where each row lies, and who locked it last, of the tables that a re-match may write."""
    tables = ("match", "identityevent", "candidatekey", "candidateidentity")
    names = [*(f"ats_sync_{name}" for name in tables), "recruiter_atsfootprint"]
    statement = "SELECT '{0}', ctid::text, xmax::text FROM {0}"
    return sorted(row for name in names for row in statements.run(statement.format(name)))


def test_a_dry_run_says_the_same_and_changes_nothing(people):
    forget_matches()
    events = IdentityEvent.objects.count()
    said = run("rematch_candidates", "--dry-run")
    assert "nothing > automatic: 3" in said
    assert "nothing was changed" in said
    assert not Match.objects.exists()
    assert not RematchRun.objects.exists()
    assert IdentityEvent.objects.count() == events


def test_an_interrupted_run_goes_on_where_it_was(people, monkeypatch):
    forget_matches()
    monkeypatch.setattr(rematching, "CHUNK", 1)
    interrupted = rematching.proceed(RematchRun.objects.create())
    next(interrupted)
    interrupted.close()
    assert Match.objects.live().count() == 1
    said = run("rematch_candidates")
    assert "going on with the re-match" in said
    assert "2 candidates in" in said
    assert Match.objects.live().count() == 3
    assert rematching.unfinished() is None


@pytest.mark.parametrize("dry_run", [False, True])
def test_ctrl_c_ends_a_rematch_with_what_it_did_so_far(people, monkeypatch, dry_run):
    forget_matches()
    monkeypatch.setattr(rematching, "CHUNK", 1)
    said, written = StringIO(), 0

    def press(execute, sql, *arguments):
        nonlocal written
        if "INSERT INTO ats_sync_match" in sql:
            written += 1
            if written == 2:
                raise KeyboardInterrupt
        return execute(sql, *arguments)

    options = ["--dry-run"] if dry_run else []
    with connection.execute_wrapper(press), pytest.raises(CommandError) as ended:
        call_command("rematch_candidates", *options, stdout=said)
    assert ended.value.returncode == 130
    assert "1 candidates in" in said.getvalue()
    assert "nothing > automatic: 1" in said.getvalue()
    assert ("nothing was changed" in said.getvalue()) == dry_run
    assert ("goes on where it was" in str(ended.value)) != dry_run
    assert Match.objects.live().count() == (0 if dry_run else 1)


def test_what_an_older_run_left_is_not_gone_on_with_after_a_newer_one(people):
    RematchRun.objects.create()
    run("rematch_candidates", "--restart")
    assert "going on" not in run("rematch_candidates")


def test_what_a_person_undid_survives_a_rematch_and_a_record_made_again(people, ats, ada):
    amara, candidate = people[0], Candidate.objects.get(external_id="C-0")
    links.unlink(ada, candidate, amara)
    run("rematch_candidates")
    assert Match.objects.get(candidate=candidate, member=amara).state == "unlinked"
    candidates.delete(ats, ["C-0"])
    sent = {"first_name": "Amara", "last_name": "Abbott", "emails": ["amara@post.test"]}
    candidates.upsert(ats, [records.candidate("C-0-again", **sent)])
    run("rematch_candidates", "--restart")
    assert not Match.objects.filter(member=amara, state__in=["automatic", "suggested"]).exists()


def test_an_address_over_which_a_link_was_undone_only_suggests_from_then_on(people, ats, ada):
    amara, candidate = people[0], Candidate.objects.get(external_id="C-0")
    links.unlink(ada, candidate, amara)
    sent = {"first_name": "Amara", "last_name": "Abbot", "emails": ["amara@post.test"]}
    candidates.upsert(ats, [records.candidate("C-9", **sent)])
    run("rematch_candidates")
    proposed = Match.objects.get(candidate__external_id="C-9", member=amara)
    assert proposed.state == "suggested"
    assert proposed.evidence["label"] == "Possible"  # as alike as it is
    assert proposed.evidence["doubt"] == Doubt.UNLINKED
    assert f"? Not linked by itself: {Doubt.UNLINKED}" in proposed.evidence["reasons"]


def test_keys_are_built_for_those_without_and_on_demand_for_all(people):
    MemberIdentity.objects.all().delete()
    assert "3 members in" in run("build_match_keys")
    assert MemberIdentity.objects.count() == 3
    assert "0 members in" in run("build_match_keys")
    assert "3 members in" in run("build_match_keys", "--all")


def test_members_who_hide_or_leave_have_no_keys(people):
    people[0].hidden_from_recruiters = True
    people[0].save()
    matching.rematch_members([people[0].pk])
    assert MemberIdentity.objects.count() == 2
    assert not Match.objects.live().filter(member=people[0]).exists()
