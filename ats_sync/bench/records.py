"""What the benchmark pushes: believable candidates, half of them members; their applications."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from django.db.models import OuterRef, Subquery

from ats_sync.bench.clients import Push
from recruiter.models import Member, MemberPhone, Position

SEED = 20260401
SOME_TIME = 1_773_230_400_000
BATCH = 100
# Every second candidate has the verified address of a member, as customers report (matching.md).
MEMBERS_SHARE = 2


def people(count: int) -> Iterator[dict[str, Any]]:
    """Candidates as an ATS sends them; the same database gives the same ones."""
    known = _members(count // MEMBERS_SHARE)
    strange = random.Random(SEED)  # noqa: S311 - no secret
    for number in range(count):
        phone = f"+1 312 {number // 10_000:03} {number % 10_000:04}"
        if number % MEMBERS_SHARE == 0 and known:
            one = known[number // MEMBERS_SHARE % len(known)]
            first, last, address, town, employer, title, telephone = one
            phone = telephone or phone
        else:
            first, last = f"Noor{number:x}", f"Santos{strange.randrange(10_000):x}"
            address, town = f"{first}.{last}.{number}@mail.example".lower(), "Chicago"
            employer, title = None, None
        yield {
            "firstName": first,
            "lastName": last or "",
            "emailAddresses": [address],
            "phoneNumbers": [{"number": phone}],
            "addresses": [{"line1": f"{number} Main St", "city": town, "country": "us"}],
            "currentCompanyName": employer or "Freshing",
            "currentJobTitle": title or "Account Manager",
            "externalProfileUrl": f"https://ats.example/candidates/{number}",
            "atsCreatedAt": SOME_TIME,
            "atsLastModifiedAt": SOME_TIME,
        }


def _members(count: int) -> list[tuple[str, ...]]:
    """Members as they would write themselves: name, address, town, present work, a phone."""
    now = Position.objects.filter(member=OuterRef("pk"), ended_on="").order_by("-started_on", "id")
    phone = MemberPhone.objects.filter(member=OuterRef("pk")).order_by("pk")
    found = (
        Member.objects.open_accounts()
        .filter(
            hidden_from_recruiters=False, emails__verified_at__isnull=False, emails__primary=True
        )
        .order_by("pk")
    )
    return list(
        found.values_list(
            "first_name",
            "last_name",
            "emails__address",
            "city",
            Subquery(now.values("employer")[:1]),
            Subquery(now.values("title")[:1]),
            Subquery(phone.values("number")[:1]),
        )[:count]
    )


def candidates(context: str, sent: Sequence[dict[str, Any]]) -> list[Push]:
    """Requests that put candidates in batches; the n-th has the id Cn."""
    keyed = [({"atsCandidateId": f"C{place}"}, entity) for place, entity in enumerate(sent)]
    return _pushes("/v2/atsCandidates", context, keyed)


def applications(context: str, sent: Sequence[dict[str, Any]]) -> list[Push]:
    """Requests that put one application of each candidate, with an id An."""
    keyed = [
        (
            {"atsJobApplicationId": f"A{place}"},
            {
                "atsCandidateId": f"C{place}",
                "atsJobPostingId": f"REQ-{place % 200}",
                "atsJobPostingName": "Account Manager",
                "candidateEmail": entity["emailAddresses"][0],
                "firstName": entity["firstName"],
                "lastName": entity["lastName"],
                "atsCreatedAt": SOME_TIME,
                "atsLastModifiedAt": SOME_TIME,
                "source": "Careers page",
            },
        )
        for place, entity in enumerate(sent)
    ]
    return _pushes("/v2/atsApplications", context, keyed)


def stages(context: str, sent: Sequence[dict[str, Any]]) -> list[Push]:
    """Requests that put one stage on each application."""
    keyed = [
        (
            {"jobApplicationId": f"A{place}", "jobApplicationStageId": "S1"},
            {"stage": "Phone screen", "externalCreatedAt": SOME_TIME},
        )
        for place in range(len(sent))
    ]
    return _pushes("/rest/applicationStage", context, keyed, version="202604")


def _pushes(
    resource: str,
    context: str,
    keyed: Sequence[tuple[dict[str, str], dict[str, Any]]],
    version: str = "",
) -> list[Push]:
    pushes = []
    for start in range(0, len(keyed), BATCH):
        batch = keyed[start : start + BATCH]
        parts = [{**key, "integrationContext": context} for key, _ in batch]
        query = "&".join(
            f"ids[{place}].{name}={quote(value, safe='')}"
            for place, key in enumerate(parts)
            for name, value in key.items()
        )
        entities = {_printed(key): entity for key, (_, entity) in zip(parts, batch, strict=True)}
        body = msgspec.json.encode({"entities": entities})
        pushes.append(Push(f"{resource}?{query}", body, len(batch), version))
    return pushes


def _printed(key: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe=':')}" for name, value in key.items())
