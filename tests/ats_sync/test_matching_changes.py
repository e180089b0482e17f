"""What changes links from outside: settings, merges, erasure; and who may know of any of it."""

# ruff: noqa: F401, F811 - fixtures of other tests
from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from ats_sync import applications, candidates, erasure, footprints, matching, member_keys, persons
from ats_sync import links as by_hand
from ats_sync.models import (
    Candidate,
    CandidateIdentity,
    CandidateKey,
    IdentityEvent,
    Match,
    MemberIdentity,
    MemberKey,
    NameCount,
)
from recruiter import search
from recruiter.models import AtsFootprint, Member
from rsc import outbox
from rsc.models import OutboxEvent
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_footprints import assign, hidden_by_default, secure
from tests.ats_sync.test_matching_order import SENT, links, people, push

pytestmark = pytest.mark.django_db


def counts() -> dict[int, int]:
    """How many members share each name, without names that nobody has any more."""
    return dict(NameCount.objects.exclude(holders=0).values_list("key", "holders"))


def keys_of(*names: str) -> int:
    return CandidateKey.objects.filter(candidate__external_id__in=names).count()


# ------------------------------------------------------------------------------------ erasure
def test_erasing_a_member_takes_links_keys_and_counts_and_nobody_elses(ats, people, root):
    push(ats, SENT)
    before = counts()
    amara = Member.objects.get(first_name="Amara")
    newcomer = factories.MemberFactory(first_name="Amara", last_name="Abbott", city="Leeds")
    factories.MemberEmailFactory(member=newcomer, address="new@else.test")
    matching.rematch_members([newcomer.pk])
    outbox.drain()
    assert Match.objects.filter(member=newcomer).exists()  # linked, or suggested
    erasure.erase(persons.of_member(newcomer), actor=root)
    outbox.drain()
    for kept in (Match, MemberIdentity, MemberKey):
        assert not kept.objects.filter(member=newcomer).exists()
    assert counts() == before
    told = IdentityEvent.objects.filter(member_id=newcomer.pk)
    assert told.exists()  # that a decision was made, by numbers of rows alone
    assert MemberKey.objects.filter(member=amara).exists()
    gone = persons.of_member(amara)
    names = {one.external_id for one in gone.candidates}
    assert "C-1" in names
    erasure.erase(gone, actor=root)
    outbox.drain()
    assert not Candidate.objects.filter(external_id__in=names).exists()
    assert not Match.objects.filter(member=amara).exists()
    assert keys_of(*names) == 0
    left = set(Candidate.objects.values_list("pk", flat=True))
    for made in (CandidateIdentity, CandidateKey):  # the database does not check these
        assert set(made.objects.values_list("candidate_id", flat=True)) <= left
    assert counts()[member_keys.ALL_MEMBERS] == before[member_keys.ALL_MEMBERS] - 1
    push(ats, ["C-1"])  # the ATS sends the record again: it is nobody's
    assert not links(ats) & {("C-1", name, "automatic") for name, *_ in SENT.values()}
    assert Match.objects.filter(candidate__external_id="C-1").count() == 0


# ------------------------------------------------------------------------------------ settings
def test_who_hides_is_unlinked_and_linked_again_with_the_setting(ats, people, browse):
    push(ats, SENT)
    expected = links(ats)
    amara = Member.objects.get(first_name="Amara")
    amara.user = factories.UserFactory(username="amara")
    amara.save()
    me = browse(amara.user)
    me.post(reverse("member:privacy"), {"openness": "no"})
    outbox.drain()
    assert not Match.objects.live().filter(member=amara).exists()
    assert not AtsFootprint.objects.filter(member=amara).exists()
    assert not MemberKey.objects.filter(member=amara).exists()
    me.post(reverse("member:privacy"), {"openness": "no", "visible": "on"})
    outbox.drain()
    assert links(ats) == expected


# ------------------------------------------------------------------------------------ merges
def test_records_merged_in_the_ats_leave_one_link_and_what_people_decided(ats, people, ada):
    """Two records of Amara: the ATS moves all to the one and deletes the other."""
    push(ats, ["C-1", "C-7"])
    candidates.upsert(ats, [records.candidate("C-9", **SENT["C-2"])])
    applications.upsert(ats, [records.application("A-7", external_candidate_id="C-7")])
    outbox.drain()
    assert {one for one in links(ats) if one[1] == "Amara"} == {
        ("C-1", "Amara", "automatic"),
        ("C-7", "Amara", "automatic"),
    }
    bjorn = Member.objects.get(first_name="Björn")
    by_hand.unlink(ada, Candidate.objects.get(external_id="C-9"), bjorn)
    merged = SENT["C-7"] | {"emails": ["amara@post.test", "new@else.test"]}
    candidates.upsert(ats, [records.candidate("C-1", **merged)])
    applications.upsert(ats, [records.application("A-7", external_candidate_id="C-1")])
    candidates.delete(ats, ["C-7", "C-9"])
    push(ats, ["C-2"])  # C-9 lives on under another id
    assert {one for one in links(ats) if one[1] == "Amara"} == {("C-1", "Amara", "automatic")}
    assert keys_of("C-7", "C-9") == 0
    assert AtsFootprint.objects.get(member__first_name="Amara").past_applicant
    assert not Match.objects.filter(member=bjorn).exists()


# --------------------------------------------------------------------------- who may know of it
@pytest.fixture
def suggested(hidden_by_default, ada, drain) -> Member:
    """A record that resembles Olga, of a job that an ACL opens to Ada alone; one that is open."""
    olga = factories.MemberFactory(
        first_name="Olga", last_name="Tremblay", city="Leeds", country_code="gb"
    )
    matching.rematch_members([olga.pk])
    sent = {
        "first_name": "Olga", "last_name": "Tremblay",
        "addresses": [{"city": "Leeds", "country": "gb"}],
    }  # fmt: skip
    candidates.upsert(hidden_by_default, [records.candidate("SECURED-1", **sent)])
    applications.upsert(
        hidden_by_default,
        [records.application(external_candidate_id="SECURED-1", access_restricted=True)],
    )
    secure(hidden_by_default, "BOARD")
    assign(hidden_by_default, ada, "BOARD")
    drain()
    footprints.refresh_ats(hidden_by_default.pk)
    drain()
    assert Match.objects.get(member=olga).state == "suggested"
    search.index().put([olga.pk])
    return olga


def test_three_seats_learn_of_a_record_and_a_link_no_more_than_they_may(
    suggested, ada, bo, cy, browse, drain
):
    """A suggestion first, and then the link: page, card, decision and count by each seat."""
    record = Candidate.objects.get()
    tab = reverse("ats:history", args=[suggested.public_id])
    decide = reverse("ats:decide", args=[suggested.public_id, record.pk])
    pages = {seat: browse(seat) for seat in (ada, bo, cy)}
    assert "SECURED-1" in pages[ada].get(tab).content.decode()
    for seat in (bo, cy):
        assert "SECURED-1" not in pages[seat].get(tab).content.decode()
        assert pages[seat].post(decide, {"same": "yes"}).status_code == 404
    pages[ada].post(decide, {"same": "yes"})
    drain()
    footprints.refresh_ats(record.ats_id)
    drain()
    search.index().put([suggested.pk])
    shown = {}
    for seat, client in pages.items():
        found = client.get(reverse("recruiter:search"), {"keywords": "Olga"}).content.decode()
        card = client.get(reverse("ats:indicator", args=[suggested.public_id])).content.decode()
        assert "Olga" in found  # everybody may see the member
        shown[seat] = "In Acme ATS" in found, "Acme ATS profile" in card
    assert shown == {ada: (True, True), bo: (False, False), cy: (False, False)}


# -------------------------------------------------------------- what is kept of the unmatched
def test_of_an_address_that_matches_nobody_matching_keeps_keyed_hashes_only(ats, root):
    """The address itself stands on the candidate alone, and goes with it."""
    sent = {"first_name": "Quirin", "last_name": "Zzyzx", "emails": ["quirin.zzyzx@mail.test"]}
    candidates.upsert(ats, [records.candidate("C-Q", **sent)])
    outbox.drain()
    made = CandidateIdentity.objects.get()
    assert b"zzyzx" not in bytes(made.fingerprint).lower()
    assert keys_of("C-Q")
    assert not IdentityEvent.objects.exists()
    with connection.cursor() as cursor:
        for model in (CandidateKey, CandidateIdentity, MemberKey, NameCount, Match, OutboxEvent):
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE %s", ["%zzyzx%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table
    candidates.delete(ats, ["C-Q"])
    assert not CandidateKey.objects.exists()
    assert not CandidateIdentity.objects.exists()
