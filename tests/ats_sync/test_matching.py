"""Links: made by a strict rule, made and undone by people, whose word is final."""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from ats_sync import candidates, links, matching
from ats_sync.models import Candidate, Match
from recruiter.events import MEMBER_CHANGED
from recruiter.models import AtsFootprint
from rsc import outbox
from rsc.models import AuditEntry
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db


def sync(ats, *emails: str, external_id: str = "CAND-1") -> Candidate:
    candidates.upsert(ats, [records.candidate(external_id, emails=list(emails))])
    return Candidate.objects.get(external_id=external_id, ats=ats)


def changed(member, drain) -> None:
    with transaction.atomic():
        outbox.publish(MEMBER_CHANGED, member.pk)
    drain()


def live() -> set[int]:
    """Members with a link that counts."""
    return set(Match.objects.live().values_list("member", flat=True))


def states() -> dict[int, str]:
    return dict(Match.objects.values_list("member", "state"))


def test_a_verified_address_links_whatever_its_spelling(ats, mae):
    sync(ats, "mailto:M.Norris@GoogleMail.com")
    match = Match.objects.get()
    assert (match.member, match.state) == (mae, Match.State.AUTOMATIC)


def test_an_unverified_address_links_nothing(ats):
    email = factories.MemberEmailFactory(
        member__first_name="Mae",
        member__last_name="Norris",
        address="x@mail.test",
        verified_at=None,
    )
    sync(ats, email.address)
    assert live() == set()


@pytest.mark.parametrize("field", ["closed_at", "hidden_from_recruiters"])
def test_a_member_who_hides_or_has_left_is_not_linked(ats, mae, drain, field):
    sync(ats, "mnorris@gmail.com")
    setattr(mae, field, records.MONDAY if field == "closed_at" else True)
    mae.save()
    changed(mae, drain)
    assert live() == set()
    assert not AtsFootprint.objects.exists()
    sync(ats, "mnorris@gmail.com")
    assert live() == set()


def test_an_address_of_two_members_links_neither_until_one_gives_it_up(ats, drain):
    mine, yours = (
        factories.MemberEmailFactory(
            member__first_name="Mae",
            member__last_name="Norris",
            address="shared@mail.test",
            normal_form="shared@mail.test",
        )
        for _ in range(2)
    )
    sync(ats, "shared@mail.test")
    assert live() == set()
    gone = mine.member
    gone.closed_at = records.MONDAY
    gone.save()
    mine.delete()
    changed(gone, drain)
    assert live() == {yours.member_id}
    assert AtsFootprint.objects.get().member == yours.member


def test_an_address_that_a_member_adds_later_counts_as_if_it_had_been_there(ats, mae, drain):
    sync(ats, "late@mail.test")
    factories.MemberEmailFactory(member=mae, address="late@mail.test", primary=False)
    changed(mae, drain)
    assert live() == {mae.pk}
    assert AtsFootprint.objects.get().member == mae


def test_an_automatic_link_goes_with_its_evidence(ats, mae):
    sync(ats, "mnorris@gmail.com")
    sync(ats, "other@mail.test")
    assert live() == set()
    assert not AtsFootprint.objects.exists()
    sync(ats, "mnorris@gmail.com")
    assert live() == {mae.pk}


def test_a_link_by_hand_replaces_the_automatic_one_and_is_recorded(ats, mae, ada):
    candidate, other = sync(ats, "mnorris@gmail.com"), factories.MemberFactory()
    match = links.link(ada, candidate, other)
    assert (match.state, match.decided_by) == (Match.State.MANUAL, ada.user)
    assert states() == {mae.pk: Match.State.SUPERSEDED, other.pk: Match.State.MANUAL}
    assert AtsFootprint.objects.get().member == other
    entry = AuditEntry.objects.get(verb="match.linked")
    assert (entry.seat, entry.actor, entry.subject) == (ada, ada.user, f"candidate:{candidate.pk}")
    sync(ats, "mnorris@gmail.com")
    assert states()[other.pk] == Match.State.MANUAL


def test_undoing_a_link_by_hand_lets_the_rule_speak_again_but_not_for_that_pair(ats, mae, ada):
    candidate, other = sync(ats, "mnorris@gmail.com"), factories.MemberFactory()
    links.link(ada, candidate, other)
    links.unlink(ada, candidate, other)
    assert states() == {mae.pk: Match.State.AUTOMATIC, other.pk: Match.State.UNLINKED}
    links.unlink(ada, candidate, mae)
    sync(ats, "mnorris@gmail.com")
    matching.rematch_members([mae.pk])
    assert states() == {mae.pk: Match.State.UNLINKED, other.pk: Match.State.UNLINKED}
    assert AuditEntry.objects.filter(verb="match.unlinked").count() == 2
    links.link(ada, candidate, mae)
    assert AtsFootprint.objects.get().member == mae


def test_a_rejected_suggestion_is_never_made_again(ats, mae):
    candidate = factories.CandidateFactory(ats=ats, external_id="CAND-1")
    factories.MatchFactory(candidate=candidate, member=mae, state=Match.State.REJECTED)
    sync(ats, "mnorris@gmail.com")
    assert states() == {mae.pk: Match.State.REJECTED}


def test_what_is_not_linked_cannot_be_unlinked(ats, mae, ada):
    with pytest.raises(links.NotLinked):
        links.unlink(ada, sync(ats, "x@mail.test"), mae)


def test_a_confirmed_link_outlives_its_evidence(ats, mae):
    sync(ats, "mnorris@gmail.com")
    Match.objects.update(state=Match.State.CONFIRMED)
    candidate = sync(ats, "other@mail.test")
    assert states() == {mae.pk: Match.State.CONFIRMED}
    assert links.members_of([candidate.pk])[candidate.pk].by_rule == [mae.public_id]


@pytest.mark.parametrize("seed", range(5))
def test_what_a_person_unlinked_stays_unlinked_through_anything(ats, mae, ada, drain, seed):
    chance = random.Random(seed)
    candidate = sync(ats, "mnorris@gmail.com")
    links.unlink(ada, candidate, mae)
    factories.MemberEmailFactory(member=mae, address="second@mail.test", primary=False)
    steps = [
        lambda: sync(ats, "mnorris@gmail.com", "second@mail.test"),
        lambda: sync(ats, "second@mail.test"),
        lambda: sync(ats, "x@mail.test"),
        lambda: changed(mae, drain),
        lambda: candidates.upsert(ats, [records.candidate(member=mae.public_id)]),
        lambda: candidates.detach_member(ats, ["CAND-1"]),
    ]
    for _ in range(8):
        chance.choice(steps)()
        assert states() == {mae.pk: Match.State.UNLINKED}
        assert not AtsFootprint.objects.exists()
