"""Team activities: who did what with a member, told to the contract and to nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recruiter import activity, inmail
from recruiter.models import Activity, SeatPreferences
from tests.pages import text_of

pytestmark = pytest.mark.django_db
Verb = Activity.Verb


@pytest.fixture
def read(browse, mae):
    return lambda seat: text_of(browse(seat).get(mae.get_absolute_url()))


def test_every_deed_is_told_with_its_doer(ada, bo, mae, read):
    for verb in Verb:
        activity.record(bo, mae, verb)
    text = read(ada)
    for words in (
        "Viewed by Bo Colleague",
        "Saved to project by Bo Colleague",
        "Messaged by Bo Colleague",
        "Replied to Bo Colleague",
        "Note added by Bo Colleague",
        "Exported by Bo Colleague",
        "Moved by Bo Colleague",
        "Linked by Bo Colleague",
    ):
        assert words in text


def test_another_contract_and_another_company_learn_nothing(ada, bo, di, cy, mae, read):
    activity.record(bo, mae, Verb.MESSAGED)
    assert "Bo Colleague" in read(ada)
    for stranger in (di, cy):
        assert "Bo Colleague" not in read(stranger)


def test_an_answer_is_a_deed_too(ada, bo, mae, read):
    thread = inmail.send(bo, mae, subject="Hello", body="Would you?")
    inmail.reply(mae, thread, "I would.")
    assert "Replied to Bo Colleague" in read(ada)


def test_a_private_view_is_unnamed_where_the_company_says_so(ada, bo, freshing, mae, browse, read):
    browse(bo).post(reverse("recruiter:preferences"), {"views_privately": "on"})
    read(bo)
    assert "Viewed by Bo Colleague" in read(ada)  # the company names everybody
    freshing.private_views_unnamed = True
    freshing.save()
    assert "Viewed by a colleague in private mode" in read(ada)
    assert "Bo Colleague" not in read(ada)
    assert "Viewed by Bo Colleague" in read(bo)


def test_a_view_stays_private_when_its_doer_changes_their_mind(ada, bo, freshing, mae, read):
    freshing.private_views_unnamed = True
    freshing.save()
    chosen = SeatPreferences.objects.create(seat=bo, views_privately=True)
    read(bo)
    chosen.views_privately = False
    chosen.save()
    assert "Bo Colleague" not in read(ada)


def test_deeds_other_than_looking_are_never_private(ada, bo, freshing, mae, read):
    freshing.private_views_unnamed = True
    freshing.save()
    SeatPreferences.objects.create(seat=bo, views_privately=True)
    activity.record(bo, mae, Verb.MESSAGED)
    assert "Messaged by Bo Colleague" in read(ada)
