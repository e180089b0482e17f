"""“Update me”: what is heard of whom, by whom, how often, and by mail."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recruiter import feed, follows, members
from recruiter.models import Follow, Member, MemberChange, MemberSnapshot, Position, SeatPreferences
from recruiter.tasks import send_digests
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(drain, django_capture_on_commit_callbacks):
    """A member is changed and the outbox delivered."""

    def change(member: Member, **fields: object) -> None:
        Member.objects.filter(pk=member.pk).update(**fields)
        members.tell_changed([member.pk])
        drain()

    return change


@pytest.fixture
def home(browse):
    return lambda seat: text_of(browse(seat).get(reverse("recruiter:home")))


def test_following_is_one_press_and_so_is_stopping(ada, mae, browse):
    address = reverse("recruiter:follow", args=[mae.public_id])
    client = browse(ada)
    page = client.post(address, follow=True)
    assert "When Mae Norris changes the profile" in text_of(page)
    assert "Following" in text_of(page)
    client.post(address)  # twice is once
    assert Follow.objects.count() == 1
    assert "Mae Norris" in text_of(client.get(reverse("recruiter:feed")))
    page = client.post(address, {"stop": "yes"}, follow=True)
    assert "You follow Mae Norris no more." in text_of(page)
    assert not MemberSnapshot.objects.exists()


def test_each_change_is_told_once_with_before_and_after(ada, mae, changed, home, drain):
    follows.follow(ada, mae)
    changed(mae, headline="Head of Sales", location="Boston", skills=["Negotiation", "Coaching"])
    assert parts_in_order(home(ada), "Headline", "Now: Head of Sales", "Before: Account Manager at")
    assert parts_in_order(home(ada), "Place", "Now: Boston", "Before: Greater Chicago Area")
    assert parts_in_order(home(ada), "New: Coaching", "Gone: Account Management")
    members.tell_changed([mae.pk])
    drain()
    assert MemberChange.objects.count() == 3
    assert len(set(MemberChange.objects.values_list("kind", flat=True))) == 3


def test_a_new_job_is_told(ada, mae, changed, home):
    follows.follow(ada, mae)
    Position.objects.filter(member=mae).update(ended_on="2026-10")
    factories.PositionFactory(member=mae, title="Head of Sales", employer="Flexis")
    changed(mae)
    assert parts_in_order(
        home(ada), "Job", "Now: Head of Sales at Flexis", "Before: Account Manager at Freshing"
    )


def test_what_matters_to_nobody_is_not_told(ada, mae, changed):
    follows.follow(ada, mae)
    changed(mae, summary="Loves dogs", website="https://mae.test")
    assert not MemberChange.objects.exists()


def test_who_follows_later_hears_later_changes_only(ada, bo, cy, mae, changed, home):
    follows.follow(ada, mae)
    changed(mae, headline="One")
    follows.follow(bo, mae)
    follows.follow(cy, mae)
    changed(mae, headline="Two")
    assert "Now: One" in home(ada)
    for later in (bo, cy):
        assert "Now: One" not in home(later)
        assert "Now: Two" in home(later)
    assert MemberChange.objects.count() == 2


def test_nobody_hears_what_only_others_follow(ada, bo, hal, mae, changed, home):
    follows.follow(ada, mae)
    changed(mae, headline="One")
    assert "Now: One" not in home(bo) + home(hal)


def test_who_hides_falls_silent_and_who_leaves_is_forgotten(ada, mae, changed, home):
    follows.follow(ada, mae)
    changed(mae, headline="One")
    changed(mae, hidden_from_recruiters=True)
    assert "Mae" not in home(ada)
    members.close_account(Member.objects.get(pk=mae.pk))
    assert not Follow.objects.exists()
    assert not MemberChange.objects.exists()
    assert not MemberSnapshot.objects.exists()


def test_between_stopping_and_following_again_nothing_is_told(ada, mae, changed):
    follows.follow(ada, mae)
    follows.unfollow(ada, mae)
    changed(mae, headline="Meanwhile")
    follows.follow(ada, mae)
    changed(mae, location="Boston")
    assert [change.kind for change in feed.of(ada)] == ["place"]


def test_a_digest_comes_once_a_day_to_those_who_want_it(ada, bo, mae, changed, browse, mailoutbox):
    for seat in (ada, bo):
        follows.follow(seat, mae)
    page = browse(ada).post(reverse("recruiter:preferences"), {"daily_digest": "on"}, follow=True)
    assert "Saved." in text_of(page)
    changed(mae, headline="Head of Sales")
    assert send_digests() == 1
    assert send_digests() == 0
    (mail,) = mailoutbox
    assert mail.to == [ada.user.email]
    assert "Mae Norris, headline: Head of Sales (before: Account Manager at Freshing)" in mail.body
    assert "/talent/preferences/" in mail.body


def test_old_changes_are_no_news_for_a_digest_that_is_switched_on(ada, mae, changed, browse):
    follows.follow(ada, mae)
    changed(mae, headline="Head of Sales")
    browse(ada).post(reverse("recruiter:preferences"), {"daily_digest": "on"})
    assert SeatPreferences.objects.get().daily_digest
    assert send_digests() == 0


def test_the_feed_turns_pages_at_a_fixed_cost(ada, mae, changed, browse, django_assert_num_queries):
    follows.follow(ada, mae)
    for number in range(30):
        changed(mae, headline=f"Headline {number}")
    client = browse(ada)
    address = reverse("recruiter:feed")
    with django_assert_num_queries(7):  # session, user, seats, count, page, whom they follow
        first = text_of(client.get(address))
    assert "Page 1 of 2" in first
    assert "Headline 3 " not in first
    assert "Headline 3 " in text_of(client.get(address, {"page": 2}))
