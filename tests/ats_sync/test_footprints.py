"""Footprints and the fact log: exactly what each seat may know, at every moment."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ats_sync import acls, applications, candidates, footprints, job_postings, links
from ats_sync.acls import Assignment, SecuredEntity
from ats_sync.job_postings import Operation
from ats_sync.models import (
    Application,
    Ats,
    Candidate,
    EntityAcl,
    EntityAclAssignee,
    Integration,
    Match,
)
from ats_sync.models.acl import PUBLIC_ACL
from recruiter.models import AtsFootprint, FactLogEntry, Member, VisibilityToken
from rsc import outbox
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_candidates import people, statements_of

pytestmark = pytest.mark.django_db


def known_to(seat) -> dict[int, bool]:
    """Members in the ATS as search sees it, each with whether they applied before."""
    held = VisibilityToken.objects.held_by(seat)
    told: dict[int, bool] = {}
    for member, past in AtsFootprint.objects.filter(token__in=held).values_list(
        "member", "past_applicant"
    ):
        told[member] = told.get(member, False) or past
    return told


def known_by_the_long_way(seat) -> dict[int, bool]:
    """The same by the pages' own rules, without tokens."""
    shown = Candidate.objects.visible_to(seat)
    members = Member.objects.filter(matches__in=live_matches(shown)).distinct()
    applied = Candidate.objects.filter(applications__in=Application.objects.visible_to(seat))
    past = set(
        Member.objects.filter(matches__in=live_matches(applied)).values_list("pk", flat=True)
    )
    return {member.pk: member.pk in past for member in members}


def live_matches(found):
    return Match.objects.live().filter(candidate__in=found)


def replayed() -> set[tuple[int, str, int]]:
    """What somebody knows who only ever read the fact log."""
    facts = set()
    for entry in FactLogEntry.objects.order_by("id"):
        fact = (entry.token_id, entry.fact, entry.member_id)
        assert (fact in facts) is not entry.added, "a fact came or went twice"
        facts ^= {fact}
    return facts


def stored() -> set[tuple[int, str, int]]:
    facts = set()
    for footprint in AtsFootprint.objects.all():
        facts.add((footprint.token_id, "in_ats", footprint.member_id))
        if footprint.past_applicant:
            facts.add((footprint.token_id, "past_applicant", footprint.member_id))
    return facts


@pytest.fixture
def hidden_by_default(ats) -> Ats:
    """The cast's ATS without the setting that shows all to everyone."""
    ats.integrations.get(integration_type=Integration.Type.IN_ATS_INDICATOR).settings.all().delete()
    return ats


@pytest.fixture
def applied(hidden_by_default, mae):
    """Mae's application to a secured requisition."""
    candidates.upsert(hidden_by_default, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(hidden_by_default, [records.application()])


def secure(ats, *acl_ids: str, job: str = "REQ-1") -> None:
    acls.upsert(ats, [SecuredEntity(acl_id, job) for acl_id in acl_ids])


def assign(ats, seat, *acl_ids: str) -> None:
    acls.upsert_assignees(ats, [Assignment(acl_id, seat.user.person_id) for acl_id in acl_ids])


def test_without_setting_and_acl_an_applicant_is_known_to_nobody(applied, ada):
    assert known_to(ada) == known_by_the_long_way(ada) == {}


def test_a_candidate_without_applications_is_known_to_everyone(hidden_by_default, ada, mae):
    candidates.upsert(hidden_by_default, [records.candidate(emails=["mnorris@gmail.com"])])
    assert known_to(ada) == {mae.pk: False}


def test_an_acl_opens_its_applicants_to_its_assignees_alone(ats, applied, mae, ada, bo, cy):
    secure(ats, "TEAM-A")
    assign(ats, ada, "TEAM-A")
    assign(ats, cy, "TEAM-A")  # of another company: an ACL does not reach there
    assert known_to(ada) == {mae.pk: True}
    assert known_to(bo) == known_to(cy) == {}


def test_an_acl_may_come_before_what_it_secures(hidden_by_default, mae, ada):
    assign(hidden_by_default, ada, "TEAM-A")
    secure(hidden_by_default, "TEAM-A")
    candidates.upsert(hidden_by_default, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(hidden_by_default, [records.application()])
    assert known_to(ada) == {mae.pk: True}


def test_taking_a_person_out_counts_at_once_and_putting_them_back_too(ats, applied, mae, ada):
    secure(ats, "TEAM-A")
    assign(ats, ada, "TEAM-A")
    me = Assignment("TEAM-A", ada.user.person_id)
    assert acls.delete_assignees(ats, [me]) == set()
    assert known_to(ada) == {}
    assert acls.delete_assignees(ats, [me]) == {me}
    assign(ats, ada, "TEAM-A")
    assert known_to(ada) == {mae.pk: True}


def test_untying_a_requisition_hides_it(ats, applied, mae, ada):
    secure(ats, "TEAM-A", "TEAM-B")
    assign(ats, ada, "TEAM-A")
    tie = SecuredEntity("TEAM-A", "REQ-1")
    assert acls.delete(ats, [tie]) == set()
    assert known_to(ada) == known_by_the_long_way(ada) == {}
    assert acls.delete(ats, [tie]) == {tie}


def test_the_public_acl_opens_a_requisition_to_the_company_but_not_beyond(
    ats, applied, mae, bo, cy
):
    secure(ats, PUBLIC_ACL)
    assert known_to(bo) == {mae.pk: True}
    assert known_to(cy) == {}
    assert not VisibilityToken.objects.filter(acl_id=PUBLIC_ACL).exists()


def test_switching_the_indicator_off_hides_all_and_on_again_shows_it(ats, mae, ada):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    indicator = ats.integrations.get(integration_type=Integration.Type.IN_ATS_INDICATOR)
    for status, told in (("DISABLED", {}), ("ENABLED", {mae.pk: False})):
        indicator.status = status
        indicator.save()
        footprints.token_force_follows(ats)
        assert known_to(ada) == known_by_the_long_way(ada) == told


def test_the_badge_takes_the_name_of_the_ats(ats):
    ats.name = "New ATS"
    ats.save()
    footprints.token_force_follows(ats)
    assert {token.ats_name for token in footprints.tokens_of(ats)} == {"New ATS"}


def test_changing_who_sees_applications_reaches_everyone_through_the_outbox(
    ats, applied, mae, ada, drain
):
    indicator = ats.integrations.get(integration_type=Integration.Type.IN_ATS_INDICATOR)
    factories.IntegrationSettingFactory(integration=indicator)
    announce(ats, drain)
    assert known_to(ada) == {mae.pk: True}
    indicator.settings.all().delete()
    announce(ats, drain)
    assert known_to(ada) == {}


def announce(ats, drain) -> None:
    with transaction.atomic():
        outbox.publish(footprints.ATS_VISIBILITY_CHANGED, ats.pk)
    drain()


def test_a_refresh_goes_in_chunks_and_misses_nobody(ats, ada, drain, monkeypatch):
    monkeypatch.setattr(footprints, "MEMBERS_PER_CHUNK", 3)
    candidates.upsert(ats, people(10))
    AtsFootprint.objects.all().delete()
    announce(ats, drain)
    assert len(known_to(ada)) == 10


def test_a_refresh_restores_tokens_that_something_else_wrote_acls_for(
    ats, applied, mae, ada, drain
):
    EntityAcl.objects.create(ats=ats, acl_id="T", entity_type="JOB_POSTING", entity_id="REQ-1")
    EntityAclAssignee.objects.create(
        ats=ats, acl_id="T", entity_type="JOB_POSTING", person_id=ada.user.person_id
    )
    announce(ats, drain)
    assert known_to(ada) == {mae.pk: True}


def test_applications_older_than_the_lookback_do_not_count_as_past(ats, mae, ada, drain):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    ago = timezone.now() - timedelta(days=400)
    applications.upsert(
        ats, [records.application(external_created_at=ago, external_modified_at=ago)]
    )
    assert known_to(ada) == {mae.pk: True}
    ats.company.past_applicant_lookback_days = 365
    ats.company.save()
    with transaction.atomic():
        assert footprints.refresh_lookbacks() == 1
    drain()
    assert known_to(ada) == {mae.pk: False}


def test_acls_cost_as_many_statements_for_a_hundred_as_for_one(ats, ada):
    ties = [SecuredEntity(f"T{number}", "REQ-1") for number in range(101)]
    assigned = [Assignment(tie.acl_id, ada.user.person_id) for tie in ties]
    for verb, rows in (
        (acls.upsert, ties),
        (acls.upsert_assignees, assigned),
        (acls.delete_assignees, assigned),
        (acls.delete, ties),
    ):
        assert statements_of(verb, ats, rows[:1]) == statements_of(verb, ats, rows[1:])
    assert not EntityAcl.objects.exists()
    assert not EntityAclAssignee.objects.exists()


class History:
    """Random changes of everything that decides who sees what."""

    def __init__(self, ats: Ats, seats: list, chance: random.Random) -> None:
        self.ats, self.seats, self.chance = ats, seats, chance
        self.sent = people(4)
        self.steps = [
            self.requisition, self.apply, self.apply, self.apply, self.tie, self.assignment,
            self.by_hand, self.sync, self.drop_candidate, self.drop_application,
        ]  # fmt: skip

    def step(self) -> None:
        self.chance.choice(self.steps)()

    def sync(self) -> None:
        candidates.upsert(self.ats, self.chance.sample(self.sent, 2))

    def drop_candidate(self) -> None:
        candidates.delete(self.ats, [self.chance.choice(self.sent).external_id])

    def drop_application(self) -> None:
        applications.delete(self.ats, [self.chance.choice("abcdef")])

    def requisition(self) -> None:
        restricted = self.chance.choice([True, False, None])
        job = records.job(self.chance.choice("JK"), access_restricted=restricted)
        job_postings.submit(self.ats, [(Operation.PUT, job)])

    def apply(self) -> None:
        application = records.application(
            self.chance.choice("abcdef"),
            external_candidate_id=self.chance.choice(self.sent).external_id,
            external_job_id=self.chance.choice("JK"),
            access_restricted=self.chance.choice([None, None, True, False]),
        )
        applications.upsert(self.ats, [application])

    def tie(self) -> None:
        acl_id = self.chance.choice(["T1", "T2", PUBLIC_ACL])
        verb = self.chance.choice([acls.upsert, acls.delete])
        verb(self.ats, [SecuredEntity(acl_id, self.chance.choice("JK"))])

    def assignment(self) -> None:
        person = self.chance.choice(self.seats).user.person_id
        verb = self.chance.choice([acls.upsert_assignees, acls.delete_assignees])
        verb(self.ats, [Assignment(self.chance.choice(["T1", "T2"]), person)])

    def by_hand(self) -> None:
        if candidate := Candidate.objects.order_by("?").first():
            links.link(self.seats[0], candidate, Member.objects.order_by("?").first())


@pytest.mark.parametrize("seed", range(3))
def test_tokens_agree_with_the_pages_after_any_history(hidden_by_default, ada, bo, cy, drain, seed):
    """The two ways to say who sees what are compared after every one of many random changes."""
    chance = random.Random(seed)
    history = History(hidden_by_default, [ada, bo, cy], chance)
    candidates.upsert(hidden_by_default, history.sent)
    indicator = hidden_by_default.integrations.get(integration_type="IN_ATS_INDICATOR")
    for _ in range(20):
        history.step()
        if chance.random() < 0.1:
            indicator.settings.all().delete()
            if chance.random() < 0.5:
                factories.IntegrationSettingFactory(integration=indicator)
            announce(hidden_by_default, drain)
        for seat in (ada, bo, cy):
            assert known_to(seat) == known_by_the_long_way(seat)
        assert replayed() == stored()
