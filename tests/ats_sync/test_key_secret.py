"""Another secret than that of the keys: machines decide nothing, and say what to do."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ats_sync import candidates, key_secret, links, matching
from ats_sync.models import Candidate, CandidateIdentity, IdentityEvent, KeySecret, Match
from recruiter.models import Member
from rsc import vitals
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db


def sent(number: int, first: str) -> candidates.CandidateRecord:
    name = {"first_name": first, "last_name": "Abbott", "emails": [f"{first.lower()}@post.test"]}
    return records.candidate(f"C-{number}", **name)


@pytest.fixture
def people(ats) -> list[Member]:
    """Members, the first two linked over an address."""
    made = []
    for number, first in enumerate(("Amara", "Björn", "Chiara")):
        member = factories.MemberFactory(first_name=first, last_name="Abbott")
        factories.MemberEmailFactory(member=member, address=f"{first.lower()}@post.test")
        made.append(member)
        if number < 2:
            candidates.upsert(ats, [sent(number, first)])
    assert Match.objects.live().count() == 2
    return made


@pytest.fixture
def another_secret(people, settings) -> None:
    """The server has another one now."""
    settings.IDENTITY_SECRET = "another one"


def run(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def sign() -> vitals.Sign:
    return next(each for each in vitals.examine() if each.name == "match keys")


@pytest.mark.parametrize(
    "command", ["rematch_candidates", "rematch_candidates --dry-run", "build_match_keys"]
)
def test_a_command_refuses_and_says_what_to_do(another_secret, command):
    before = list(Match.objects.values_list("pk", "state"))
    with pytest.raises(CommandError, match=r"under another RSC_IDENTITY_SECRET.*--all"):
        run(*command.split())
    assert list(Match.objects.values_list("pk", "state")) == before


def test_a_sync_stores_records_and_leaves_links_as_they_are(people, another_secret, ats):
    events = IdentityEvent.objects.count()
    candidates.upsert(ats, [sent(2, "Chiara"), sent(0, "Amara")])
    changed = records.candidate("C-1", first_name="Bjorn", last_name="Abbott", emails=["b@x.test"])
    candidates.upsert(ats, [changed])
    ids = list(Candidate.objects.values_list("pk", flat=True))
    matching.look_closer(ats.pk, ids)
    matching.rematch_members([member.pk for member in people])
    assert Candidate.objects.get(external_id="C-2").first_name == "Chiara"
    assert set(Match.objects.live().values_list("candidate__external_id", flat=True)) == {
        "C-0",
        "C-1",
    }
    assert IdentityEvent.objects.count() == events
    assert not CandidateIdentity.objects.filter(candidate__external_id="C-2").exists()


def test_the_doctor_and_the_page_of_matches_say_so_until_a_rematch_is_through(
    another_secret, ats, client, admin_user
):
    client.force_login(admin_user)
    page = reverse("admin:ats_sync_match_changelist")
    candidates.upsert(ats, [sent(2, "Chiara")])
    assert sign().level == vitals.RED
    assert "build_match_keys --all" in sign().fix
    assert "build_match_keys --all" in client.get(page).content.decode()
    run("build_match_keys", "--all")
    assert (sign().level, sign().fix) == (vitals.AMBER, "manage.py rematch_candidates")
    assert "rematch_candidates" in client.get(page).content.decode()
    run("rematch_candidates")
    assert sign().level == vitals.GREEN
    assert "rematch_candidates" not in client.get(page).content.decode()
    assert Match.objects.live().count() == 3


def test_the_former_secret_puts_all_right_as_well(people, ats, settings):
    settings.IDENTITY_SECRET, former = "another one", settings.IDENTITY_SECRET
    candidates.upsert(ats, [sent(2, "Chiara")])
    people[0].last_name = "Abbot"
    people[0].save()
    matching.rematch_members([people[0].pk])
    settings.IDENTITY_SECRET = former
    run("build_match_keys")
    run("rematch_candidates")
    assert Match.objects.live().count() == 3
    assert sign().level == vitals.GREEN


def test_a_pair_undone_stays_undone_under_keys_built_anew_and_a_record_made_again(
    people, ats, ada, settings
):
    links.unlink(ada, Candidate.objects.get(external_id="C-0"), people[0])
    settings.IDENTITY_SECRET = "another one"
    run("build_match_keys", "--all")
    candidates.delete(ats, ["C-0"])
    candidates.upsert(ats, [sent(7, "Amara")])
    run("rematch_candidates")
    assert not Match.objects.filter(candidate__external_id="C-7", member=people[0]).exclude(
        state__in=["unlinked", "superseded"]
    )


def test_the_first_to_ask_marks_the_keys(settings):
    KeySecret.objects.all().delete()
    assert key_secret.holds()
    settings.IDENTITY_SECRET = "another one"
    assert not key_secret.holds()
    assert KeySecret.objects.count() == 1
