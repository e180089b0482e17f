"""Candidates: stored, matched, linked and deleted, a hundred as cheaply as one."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ats_sync import applications, candidates, footprints, links, member_keys, notes
from ats_sync.models import Application, Ats, Candidate, CandidateNote, Match
from recruiter.models import AtsFootprint, FactLogEntry, Member
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db


# A batch may cost so many statements, matching included, however many records it has.
MOST_STATEMENTS = 40


def statements_of(verb, *args) -> int:
    with CaptureQueriesContext(connection) as captured:
        verb(*args)
    return len(captured)


FIRST_NAMES = (
    "Amara", "Bjorn", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hiroshi", "Ingrid",
    "Jamal", "Keiko",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Castellano", "Dubois", "Eriksson", "Fitzgerald", "Gupta", "Hofmann", "Ivanov",
    "Kowalski", "Lindqvist",
)  # fmt: skip


def people(count: int, start: int = 0) -> list:
    """Members of different names with one verified address each, and the same as candidates."""
    sent = []
    for number in range(start, start + count):
        names = {
            "first_name": FIRST_NAMES[number // len(LAST_NAMES)],
            "last_name": LAST_NAMES[number % len(LAST_NAMES)],
        }
        address = f"person{number}@mail.test"
        member = factories.MemberFactory(**names)
        factories.MemberEmailFactory(member=member, address=address)
        sent.append(records.candidate(f"C-{number}", emails=[address], **names))
    return sent


def test_a_hundred_candidates_cost_as_many_statements_as_one(ats):
    first, rest = people(1), people(100, start=1)
    member_keys.rewrite(Member.objects.values_list("pk", flat=True))  # as the worker has by now
    footprints.make_tokens(ats.pk)  # as the first push of all has
    one = statements_of(candidates.upsert, ats, first)
    assert one <= MOST_STATEMENTS
    assert statements_of(candidates.upsert, ats, rest) == one
    assert Match.objects.live().count() == 101
    assert AtsFootprint.objects.count() == 101


def test_deleting_a_hundred_costs_as_many_statements_as_one(ats):
    candidates.upsert(ats, people(101))
    one = statements_of(candidates.delete, ats, ["C-0"])
    assert statements_of(candidates.delete, ats, [f"C-{n}" for n in range(1, 101)]) == one
    assert AtsFootprint.objects.count() == 0


def test_sending_the_same_batch_again_changes_nothing_but_the_freshness(ats, mae):
    batch = [records.candidate(emails=["MNorris@googlemail.com", "m.norris@gmail.com"])]
    candidates.upsert(ats, batch)
    before = Match.objects.values().get(), FactLogEntry.objects.count()
    receipt = candidates.upsert(ats, batch)
    assert receipt.written == {"CAND-1"}
    assert (Match.objects.values().get(), FactLogEntry.objects.count()) == before


def test_an_omitted_field_becomes_empty(ats):
    candidates.upsert(ats, [records.candidate(current_company="Acme", phones=[{"number": "1"}])])
    candidates.upsert(ats, [records.candidate()])
    stored = Candidate.objects.get()
    assert (stored.current_company, stored.phones) == ("", [])


def test_an_older_record_is_ignored_and_reported(ats):
    candidates.upsert(ats, [records.candidate(last_name="Norris")])
    old = records.MONDAY - records.DAY
    receipt = candidates.upsert(ats, [records.candidate(last_name="Old", external_modified_at=old)])
    assert (receipt.written, receipt.stale) == (frozenset(), {"CAND-1"})
    assert Candidate.objects.get().last_name == "Norris"


def test_the_newest_of_two_versions_in_a_batch_wins(ats):
    newer = records.candidate(last_name="New", external_modified_at=records.MONDAY + records.DAY)
    candidates.upsert(ats, [newer, records.candidate(last_name="Old")])
    assert Candidate.objects.get().last_name == "New"


def test_ids_are_told_apart_by_case_and_by_ats(ats):
    other = factories.AtsFactory(company=ats.company)
    candidates.upsert(ats, [records.candidate("a"), records.candidate("A")])
    candidates.upsert(other, [records.candidate("a")])
    assert Candidate.objects.count() == 3


def test_odd_texts_are_stored_as_they_are(ats):
    odd = "A/B & C%(ats)s {x} \\ \" ' 你好 \x01 %"
    candidates.upsert(ats, [records.candidate(odd, last_name=odd, emails=[odd])])
    stored = Candidate.objects.get()
    assert (stored.external_id, stored.last_name, stored.emails) == (odd, odd, [odd])


# -------------------------------------------------------------------------- links by the ATS
def test_the_ats_links_a_candidate_and_a_re_sync_keeps_it(ats, mae):
    other = factories.MemberFactory()
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    missing, strangers = candidates.attach_member(
        ats, {"CAND-1": other.public_id, "NOPE": other.public_id}
    )
    assert (missing, strangers) == ({"NOPE"}, frozenset())
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    matched = links.members_of([Candidate.objects.get().pk]).popitem()[1]
    assert (matched.by_hand, matched.by_rule) == (other.public_id, [])
    assert list(AtsFootprint.objects.values_list("member", flat=True)) == [other.pk]


def test_a_member_that_does_not_exist_is_reported(ats):
    candidates.upsert(ats, [records.candidate()])
    assert candidates.attach_member(ats, {"CAND-1": "nobody"}) == (frozenset(), {"CAND-1"})


def test_detaching_is_final_for_rules_and_for_re_syncs(ats, mae):
    sent = records.candidate(emails=["mnorris@gmail.com"], member=mae.public_id)
    candidates.upsert(ats, [sent])
    assert Match.objects.get().state == Match.State.MANUAL
    assert candidates.detach_member(ats, ["CAND-1", "NOPE"]) == {"NOPE"}
    candidates.upsert(ats, [sent])
    assert Match.objects.get().state == Match.State.UNLINKED
    assert AtsFootprint.objects.count() == 0
    candidates.attach_member(ats, {"CAND-1": mae.public_id})
    assert Match.objects.get().state == Match.State.MANUAL


def test_a_closed_account_does_not_stop_a_sync(ats, mae):
    mae.closed_at = records.MONDAY
    mae.save()
    receipt = candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    assert receipt.written == {"CAND-1"}
    assert not Match.objects.exists()


def test_attaching_and_detaching_a_hundred_cost_as_many_statements_as_one(ats):
    candidates.upsert(ats, people(101))
    member = factories.MemberFactory().public_id
    rest = {f"C-{number}": member for number in range(1, 101)}
    one = statements_of(candidates.attach_member, ats, {"C-0": member})
    assert statements_of(candidates.attach_member, ats, rest) == one
    one = statements_of(candidates.detach_member, ats, ["C-0"])
    assert statements_of(candidates.detach_member, ats, rest) == one


# ----------------------------------------------------------------------------------- deleting
def test_deleting_takes_notes_and_links_and_leaves_applications_waiting(ats, mae):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    notes.upsert_on_candidates(ats, [records.candidate_note()])
    applications.upsert(ats, [records.application()])
    assert candidates.delete(ats, ["CAND-1", "NOPE"]) == {"NOPE"}
    assert not Candidate.objects.exists()
    assert not CandidateNote.objects.exists()
    assert not Match.objects.exists()
    assert not AtsFootprint.objects.exists()
    assert Application.objects.get().candidate is None
    assert list(FactLogEntry.objects.order_by("id").values_list("fact", "added")) == [
        ("in_ats", True),
        ("past_applicant", True),
        ("in_ats", False),
        ("past_applicant", False),
    ]


def test_a_second_record_of_the_person_inherits_what_was_joined_by_address(ats):
    twin = {"emails": ["mae@mail.test"]}
    applications.upsert(
        ats,
        [records.application(external_candidate_id="", candidate_email="Mae@Mail.test")],
    )
    later = records.MONDAY + records.DAY
    candidates.upsert(
        ats,
        [
            records.candidate(
                "C-new", external_created_at=later, external_modified_at=later, **twin
            ),
            records.candidate("C-old", **twin),
        ],
    )
    assert Application.objects.get().candidate.external_id == "C-old"
    candidates.delete(ats, ["C-old"])
    assert Application.objects.get().candidate.external_id == "C-new"


class Undone(Exception):
    """Stands for whatever may go wrong after a batch."""


def upsert_and_fail(ats, sent):
    with transaction.atomic():
        candidates.upsert(ats, sent)
        assert AtsFootprint.objects.exists()
        raise Undone


def test_a_transaction_that_is_undone_leaves_nothing(ats, mae):
    with pytest.raises(Undone):
        upsert_and_fail(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    assert not Candidate.objects.exists()
    assert not Match.objects.exists()
    assert not AtsFootprint.objects.exists()
    assert not FactLogEntry.objects.exists()


def test_an_older_record_is_stored_where_the_times_of_the_ats_are_not_trusted(ats):
    Ats.objects.filter(pk=ats.pk).update(takes_older=True)
    candidates.upsert(ats, [records.candidate(first_name="New")])
    older = records.candidate(first_name="Old", external_modified_at=records.MONDAY - records.DAY)
    assert candidates.upsert(ats, [older]).written == {"CAND-1"}
    assert Candidate.objects.get().first_name == "Old"


def test_nothing_is_stored_for_an_ats_that_has_gone_meanwhile(ats):
    gone = Ats(pk=ats.pk + 1_000_000, company=ats.company)
    with pytest.raises(IntegrityError), transaction.atomic():
        candidates.upsert(gone, people(2))
    assert not Candidate.objects.exists()


def test_a_record_is_stored_as_it_was_sent_whatever_its_characters(ats: Ats) -> None:
    odd = 'a "b" \\c\td\ne {f,g} NULL é 名'
    sent = records.candidate(
        "ODD", last_name=odd, current_company="NULL", current_title="",
        emails=["o'b@x.test", '"a b"@x.test'], phones=[{"number": odd}], addresses=[{"line1": odd}],
    )  # fmt: skip
    candidates.upsert(ats, [sent, records.candidate("PLAIN")])
    found = Candidate.objects.get(ats=ats, external_id="ODD")
    for name in ("last_name", "current_company", "current_title", "emails", "phones", "addresses"):
        assert getattr(found, name) == getattr(sent, name)
    assert Candidate.objects.get(ats=ats, external_id="PLAIN").emails == []


def test_a_text_too_long_for_its_column_is_refused_and_never_cut(ats: Ats) -> None:
    with pytest.raises(DataError), transaction.atomic():
        candidates.upsert(ats, [records.candidate(last_name="N" * 256)])
    assert not Candidate.objects.filter(ats=ats).exists()
