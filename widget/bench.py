"""A customer with a widget for one run of the benchmark, and clients that look at it."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from django.utils import timezone

from ats_sync.bench.sandbox import sandbox
from ats_sync.models import Ats, Candidate, Integration, Match
from recruiter.models import Activity, Follow, Member
from rsc.models import Contract, Seat, User
from widget import tickets
from widget.tickets import Visit

ORIGIN = "https://ats.example"
RECORDS = 500  # candidates, each with a member
_PARTS = re.compile(r"""(?:src|href)="(/static/[^"]+)""")


@dataclass(frozen=True)
class Stage:
    """What the clients need to know: how to ask for a frame, and the ticket of a seat."""

    query: dict[str, str]
    ticket: str
    candidates: list[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Ticket {self.ticket}", "HX-Request": "true"}


@contextmanager
def stage() -> Iterator[Stage]:
    """An ATS with the widget on, a seat, and candidates linked to members; removed afterwards.

    Raises:
        LookupError: there are no members.
    """
    with sandbox() as ats:
        seat = _seat_at(ats)
        try:
            yield _set(ats, seat)
        finally:
            _remove(seat)


def _seat_at(ats: Ats) -> Seat:
    name = f"bench-{secrets.token_hex(4)}"
    user = User.objects.create(username=name, email=f"{name}@example.com")
    contract = Contract.objects.create(company=ats.company, name="Benchmark")
    return Seat.objects.create(contract=contract, user=user)


def _set(ats: Ats, seat: Seat) -> Stage:
    members = list(Member.objects.visible_to(seat).order_by("-pk")[:RECORDS])
    if not members:
        raise LookupError("there are no members: run generate_members first")
    ats.application.script_origins = [ORIGIN]
    ats.application.save(update_fields=["script_origins"])
    Integration.objects.create(
        ats=ats,
        integration_type=Integration.Type.PROFILE_PLUGIN,
        name="Benchmark",
        status=Integration.Status.ENABLED,
    )
    now = timezone.now()
    candidates = Candidate.objects.bulk_create(
        Candidate(
            ats=ats,
            external_id=f"C{number}",
            first_name=member.first_name,
            last_name=member.last_name,
            external_created_at=now,
            external_modified_at=now,
            received_at=now,
        )
        for number, member in enumerate(members)
    )
    Match.objects.bulk_create(
        Match(candidate=candidate, member=member, state=Match.State.AUTOMATIC, rule="benchmark",
              decided_at=now)
        for candidate, member in zip(candidates, members, strict=True)
    )  # fmt: skip
    query = {"api_key": ats.application.client_id, "integration_context": str(ats.context)}
    ticket = tickets.issue(Visit(seat, ats, ORIGIN))
    return Stage(query, ticket, [candidate.external_id for candidate in candidates])


def _remove(seat: Seat) -> None:
    Activity.objects.filter(seat=seat).delete()
    Follow.objects.filter(seat=seat).delete()
    contract, user = seat.contract, seat.user
    seat.delete()
    contract.delete()
    user.delete()


@dataclass
class Times:
    """Milliseconds of answers, in the order in which they came."""

    frames: list[float]
    contents: list[float]

    @property
    def loads(self) -> list[float]:
        """Of each widget: its frame and its content, one after the other."""
        return [sum(pair) for pair in zip(self.frames, self.contents, strict=True)]


async def one_after_the_other(base_url: str, scene: Stage, count: int) -> Times:
    """Load frames and contents on one connection."""
    times = Times([], [])
    async with httpx.AsyncClient(base_url=base_url) as client:
        for number in range(count):
            await _visit(client, scene, scene.candidates[number % len(scene.candidates)], times)
    return times


async def opened_within(base_url: str, scene: Stage, *, widgets: int, seconds: float) -> Times:
    """Open one widget for each of many people, at moments spread evenly over some seconds.

    Args:
        widgets: how many people, each with a connection of their own and one record to look at.
    """
    times = Times([], [])
    async with _crowd(base_url, widgets) as client:

        async def recruiter(number: int) -> None:
            await asyncio.sleep(seconds * number / widgets)
            await _visit(client, scene, scene.candidates[number % len(scene.candidates)], times)

        await asyncio.gather(*(recruiter(number) for number in range(widgets)))
    return times


async def without_pause(base_url: str, scene: Stage, *, widgets: int, seconds: float) -> Times:
    """Have many widgets load record after record without a pause: what the machine gives."""
    times = Times([], [])
    until = time.perf_counter() + seconds
    async with _crowd(base_url, widgets) as client:

        async def recruiter(chance: random.Random) -> None:
            while time.perf_counter() < until:
                await _visit(client, scene, chance.choice(scene.candidates), times)

        await asyncio.gather(*(recruiter(random.Random(number)) for number in range(widgets)))  # noqa: S311
    return times


def _crowd(base_url: str, widgets: int) -> httpx.AsyncClient:
    # A kept connection may be closed by the server just when it is used again.
    limits = httpx.Limits(max_connections=widgets, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=base_url, limits=limits, timeout=60)


async def _visit(client: httpx.AsyncClient, scene: Stage, candidate: str, times: Times) -> None:
    asked = scene.query | {"ats_candidate_id": candidate}
    frame = await _timed(client.get("/widget/v1/frame", params=asked))
    content = client.post("/widget/v1/content", data=asked, headers=scene.headers)
    times.contents.append(await _timed(content))
    times.frames.append(frame)


async def _timed(asked: object) -> float:
    began = time.perf_counter()
    response = await asked
    response.raise_for_status()
    return (time.perf_counter() - began) * 1000


def transfer_of_a_first_visit(base_url: str, scene: Stage) -> int:
    """Bytes on the wire: our two scripts, the frame with all its parts, and the content."""
    headers = {"Accept-Encoding": "gzip"}
    asked = scene.query | {"ats_candidate_id": scene.candidates[0]}
    with httpx.Client(base_url=base_url, headers=headers) as client:
        frame = client.get("/widget/v1/frame", params=asked)
        parts = dict.fromkeys(_PARTS.findall(frame.text))
        answers = [
            frame,
            client.get("/xdoor/scripts/in.js"),
            client.get("/widget/v1/loader.js"),
            client.post("/widget/v1/content", data=asked, headers=scene.headers),
            *(client.get(part) for part in parts),
        ]
    for answer in answers:
        answer.raise_for_status()
    return sum(answer.num_bytes_downloaded for answer in answers)
