"""Spotlights on cards: each says why somebody stands in it, to those who may know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from recruiter import results, search, spotlights
from recruiter.models import AtsFootprint, BrandEngagement, Connection, Member, VisibilityToken
from recruiter.search import SPOTLIGHTS
from recruiter.search.viewer import viewer_of
from recruiter.templatetags.figures import rounded
from tests import factories


def ago(**period):
    return timezone.now() - timedelta(**period)


def reasons(seat, member, **choice):
    (result,) = results.results_of(seat, viewer_of(seat), [member.pk], **choice)
    return {reason.spotlight.key: reason.text for reason in result.reasons}


def indexed_counts(seat):
    engine = search.index()
    engine.put(Member.objects.values_list("pk", flat=True))
    query = search.MemberQuery(viewer=viewer_of(seat))
    return {key for key, count in engine.search(query).spotlight_counts.items() if count}


def test_every_spotlight_of_the_port_is_explained():
    assert tuple(spotlight.key for spotlight in spotlights.ALL) == SPOTLIGHTS
    assert all(spotlight.definition for spotlight in spotlights.ALL)


@pytest.mark.parametrize(
    "name", ["past_applicants", "rediscovered_candidates", " Rediscovered_Candidates"]
)
def test_past_applicants_go_by_two_names(name):
    assert spotlights.named(name).label == "Past applicants"


def test_unknown_spotlights_are_none():
    assert spotlights.named("free_lunch") is None
    assert spotlights.named("") is None


FACTS = {
    "nothing known": ({}, {}),
    "open to all": ({"openness": "public"}, {"open": ""}),
    "replied this year": (
        {"last_replied_at": {"days": 300}},
        {"likely_to_respond": "replied to an InMail in the last 12 months"},
    ),
    "replied long ago": ({"last_replied_at": {"days": 400}}, {}),
    "here lately, not open": ({"last_seen_at": {"days": 2}}, {}),
    "here lately and open": (
        {"last_seen_at": {"days": 2}, "openness": "public"},
        {"open": "", "likely_to_respond": "was here in the last 30 days and is open"},
    ),
    "open, here long ago": ({"last_seen_at": {"days": 40}, "openness": "public"}, {"open": ""}),
}


@pytest.mark.parametrize("case", FACTS)
def test_the_member_says_so(ada, case):
    facts, told = FACTS[case]
    member = factories.MemberFactory(
        **{
            name: ago(**value) if isinstance(value, dict) else value
            for name, value in facts.items()
        }
    )
    assert reasons(ada, member) == told
    assert indexed_counts(ada) == set(told)


@pytest.mark.parametrize(
    ("kind", "at", "told"),
    [
        ("follows", {"days": 900}, "follows PMM Middleware Test Company"),
        ("viewed", {"days": 80}, "looked at the page or jobs of PMM Middleware Test Company"),
        ("viewed", {"days": 100}, None),
    ],
)
def test_brand_engagement_is_with_the_seats_company(ada, cy, mae, freshing, kind, at, told):
    BrandEngagement.objects.create(member=mae, company=freshing, kind=kind, at=ago(**at))
    assert reasons(ada, mae) == ({"engaged": told} if told else {})
    assert indexed_counts(ada) == ({"engaged"} if told else set())
    assert reasons(cy, mae) == {}
    assert indexed_counts(cy) == set()


def test_following_says_more_than_having_looked(ada, mae, freshing):
    for kind in ("viewed", "follows"):
        BrandEngagement.objects.create(member=mae, company=freshing, kind=kind, at=ago(days=1))
    assert reasons(ada, mae)["engaged"].startswith("follows")


def test_connections_are_people_who_work_at_the_seats_company_now(ada, cy, mae, freshing):
    for ended_on, hidden in (("", False), ("", False), ("2020", False), ("", True)):
        other = factories.MemberFactory(hidden_from_recruiters=hidden)
        factories.PositionFactory(member=other, company=freshing, ended_on=ended_on)
        Connection.objects.create(member=mae, other=other)
    assert reasons(ada, mae) == {
        "company_connections": "knows 2 people at PMM Middleware Test Company"
    }
    assert indexed_counts(ada) == {"company_connections"}
    assert reasons(cy, mae) == {}


def test_the_own_employer_learns_nothing_of_a_private_signal(ada, cy, freshing):
    member = factories.MemberFactory(openness="private", last_seen_at=ago(days=1))
    factories.PositionFactory(member=member, company=freshing)
    assert reasons(ada, member) == {}
    assert indexed_counts(ada) == set()
    assert set(reasons(cy, member)) == {"open", "likely_to_respond"}
    assert indexed_counts(cy) == {"open", "likely_to_respond"}


def test_an_application_counts_for_those_who_may_see_it(ada, cy, mae, freshing):
    token = VisibilityToken.objects.create(
        company=freshing, ats_id=1, ats_name="Acme ATS", everyone=True, in_force=True
    )
    AtsFootprint.objects.create(token=token, member=mae, past_applicant=True, as_of=ago())
    assert set(reasons(ada, mae)) == {"past_applicants"}
    assert reasons(cy, mae) == {}
    token.in_force = False
    token.save()
    assert reasons(ada, mae) == {}
    assert indexed_counts(ada) == set()


def test_employees_are_past_applicants_on_demand(ada, mae, freshing):
    mae.positions.update(company=freshing)
    token = VisibilityToken.objects.create(
        company=freshing, ats_id=1, ats_name="Acme ATS", everyone=True, in_force=True
    )
    AtsFootprint.objects.create(token=token, member=mae, past_applicant=True, as_of=ago())
    assert reasons(ada, mae) == {}
    assert set(reasons(ada, mae, employees=True)) == {"past_applicants"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (50, "50"),
        (12_345, "12,345"),
        (1_000_000, "1,000,000"),
        (1_000_001, "1M+"),
        (6_899_999, "6.8M+"),
        (9_150_000, "9.1M+"),
        (49_700_000, "49M+"),
    ],
)
def test_large_numbers_are_cut_and_small_ones_exact(number, shown):
    assert rounded(number) == shown
