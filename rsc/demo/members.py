"""Members of the demo: the guide's people, past applicants, and a made-up crowd around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recruiter import imports, members
from recruiter.models import BrandEngagement, Connection, Member, MemberPhone, Recommendation
from rsc.demo import fixtures
from rsc.models import Company, User

CROWD = 400
CROWD_SEED = 2018
# The crowd lives on this day, so that it is the same whenever it is made; what depends on
# today (who was here lately) is then moved to today.
CROWD_DAY = "2026-09-01"


def load(*, crowd: int = CROWD) -> None:
    """Make what is missing, and bring up to date what depends on today.

    Args:
        crowd: how many made-up members to have around the guide's people.
    """
    for name in fixtures.MEMBER_FILES:
        _import(name)
    _make_crowd(crowd)
    known = {
        member.source_key.removeprefix("id:"): member
        for member in Member.objects.filter(source_key__startswith="id:demo:")
    }
    signals = fixtures.read("signals.json")
    with transaction.atomic():
        _give_accounts(known, signals["accounts"])
        _give_privacy(known, signals)
        _give_connections(known, signals["connections"])
        _give_recommendations(known, signals["recommendations"])
        _give_engagement(known, signals["engaged_with"])


def by_id(key: str) -> Member:
    """The member whom the fixtures call by this id."""
    return Member.objects.get(source_key=f"id:{key}")


def _import(name: str) -> None:
    """Take up a file of JSON Resume records; one that would be rejected is our own mistake."""
    records = []
    for found in imports.records_in(fixtures.FOLDER / name):
        if found.rejection or found.resume is None:
            raise ValueError(str(found.rejection))
        records.append((found.key, found.resume))
    members.take_up(records, verified=True)


def _make_crowd(count: int) -> None:
    made = Member.objects.filter(source_key__startswith=f"generated:{CROWD_SEED}:")
    if not count or made.exists():
        return
    call_command(
        "generate_members", count, seed=CROWD_SEED, as_of=fixtures.moment(f"{CROWD_DAY}T00:00:00Z"),
        connections=6, index=True, verbosity=0, stdout=_Silence(),
    )  # fmt: skip
    late = _today() - fixtures.moment(f"{CROWD_DAY}T00:00:00Z")
    made.update(last_seen_at=F("last_seen_at") + late, last_replied_at=F("last_replied_at") + late)
    with transaction.atomic():
        members.tell_changed(made.values_list("pk", flat=True))


class _Silence:
    """Where a command's words go when nobody wants to read them."""

    def write(self, text: str) -> None:
        """Forget it."""


def _today() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _give_accounts(known: Mapping[str, Member], accounts: Mapping[str, str]) -> None:
    """Let people sign in to their own profiles; person and member share one public id."""
    for key, username in accounts.items():
        member = known[key]
        if member.user_id is None:
            member.user = User.objects.get(username=username)
            member.public_id = member.user.person_id
            member.save(update_fields=["user", "public_id", "modified_at"])
            members.tell_changed([member.pk])


def _give_privacy(known: Mapping[str, Member], signals: Mapping[str, Any]) -> None:
    wanted: dict[str, dict[str, Any]] = {key: {} for key in known}
    for openness, keys in signals["open_to_opportunities"].items():
        for key in keys:
            wanted[key]["openness"] = openness
    for key, days in signals["seen_days_ago"].items():
        wanted[key]["last_seen_at"] = _today() - timedelta(days=days)
    for key, days in signals["replied_days_ago"].items():
        wanted[key]["last_replied_at"] = _today() - timedelta(days=days)
    for key in signals["keeps_profile_from_third_parties"]:
        wanted[key]["shares_with_third_parties"] = False
    members.tell_changed(member.pk for key, member in known.items() if _change(member, wanted[key]))
    for key, kind in signals["phone_kinds"].items():
        MemberPhone.objects.filter(member=known[key], kind="").update(kind=kind)


def _change(member: Member, values: Mapping[str, Any]) -> bool:
    """Set these fields; returns whether that changed anything."""
    changed = [name for name, value in values.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, values[name])
    if changed:
        member.save(update_fields=[*changed, "modified_at"])
    return bool(changed)


def _give_connections(known: Mapping[str, Member], pairs: Iterable[tuple[str, str]]) -> None:
    Connection.objects.bulk_create(
        (
            Connection(member=known[one], other=known[other])
            for pair in pairs
            for one, other in (pair, reversed(pair))
        ),
        ignore_conflicts=True,
    )


def _give_recommendations(known: Mapping[str, Member], rows: Iterable[Mapping[str, str]]) -> None:
    """Add what a resume cannot say of a recommendation: who its author is here, and when."""
    for row in rows:
        author = known[row["author"]]
        Recommendation.objects.filter(
            member=known[row["member"]], author_name=author.full_name
        ).update(author=author, author_headline=row["headline"], given_on=row["given_on"])


def _give_engagement(known: Mapping[str, Member], by_company: Mapping[str, Any]) -> None:
    for name, signals in by_company.items():
        company = Company.objects.get(name=name)
        days = dict.fromkeys(signals["follows"], 400)
        _engage(known, company, BrandEngagement.Kind.FOLLOWS, days)
        _engage(known, company, BrandEngagement.Kind.VIEWED, signals["viewed_days_ago"])


def _engage(
    known: Mapping[str, Member],
    company: Company,
    kind: BrandEngagement.Kind,
    days_ago: Mapping[str, int],
) -> None:
    for key, days in days_ago.items():
        BrandEngagement.objects.update_or_create(
            company=company,
            member=known[key],
            kind=kind,
            defaults={"at": _today() - timedelta(days=days)},
        )
