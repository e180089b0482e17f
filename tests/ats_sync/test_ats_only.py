"""People whom only an ATS knows, below the results of a search."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(browse):
    return lambda seat, text="": text_of(browse(seat).get(reverse("ats:ats_only"), {"q": text}))


@pytest.fixture
def zoe(ats):
    """A candidate without a profile here."""
    ats.company.finds_ats_only = True
    ats.company.save()
    return factories.CandidateFactory(
        ats=ats,
        first_name="Zoe",
        last_name="Quill",
        current_title="Night Editor",
        current_company="Gazette",
        profile_url="https://ats.test/zoe",
    )


def test_who_is_linked_to_a_member_is_not_among_them(ada, zoe, mae, look):
    known = factories.CandidateFactory(ats=zoe.ats, first_name="Mae", last_name="Norris")
    factories.MatchFactory(candidate=known, member=mae)
    assert "Zoe Quill Night Editor at Gazette Acme ATS only" in look(ada)
    assert "Norris" not in look(ada)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("editor", True),
        ("edit", False),
        ("edit*", True),
        ('"night editor"', True),
        ('"editor night"', False),
        ("editor NOT gazette", False),
        ("name:zoe title:editor company:gazette", True),
        ("title:zoe", False),
        ("editor skill:writing", False),
        ("zoe OR pilot", True),
    ],
)
def test_the_words_of_the_search_choose_them(ada, zoe, look, text, found):
    assert ("Zoe Quill" in look(ada, text)) is found


def test_only_the_company_that_switched_it_on_sees_its_own(ada, cy, zoe, look, browse):
    zoe.ats.company.__class__.objects.update(finds_ats_only=True)
    assert "Zoe" not in look(cy)
    slot = f'hx-get="{reverse("ats:ats_only")}?q=editor"'
    assert slot in browse(ada).get("/talent/search/?q=editor").content.decode()
    assert slot not in browse(ada).get("/talent/search/?q=editor&skill=x").content.decode()
    zoe.ats.company.__class__.objects.update(finds_ats_only=False)
    assert "Zoe" not in look(ada)
    assert slot not in browse(ada).get("/talent/search/?q=editor").content.decode()
