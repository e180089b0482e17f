"""How soon a search shows what was pushed or edited, over HTTP and between processes."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ats_sync.bench.clients import Push, PushRefused
from recruiter import members
from recruiter.models import Member
from rsc.models import Company, Contract, Seat, User

LONGEST = 60.0  # seconds that a change may take to be seen: a worker has to start
PAUSE = 0.002  # seconds between two looks


class NotSeen(RuntimeError):
    """A change did not show up in time, or a search failed."""


@contextmanager
def recruiter_of(company: Company) -> Iterator[str]:
    """A recruiter of a company, signed in: the session's key. Both go when the block ends."""
    user = User.objects.create(username=f"bench-{secrets.token_hex(4)}", first_name="Bench")
    contract = Contract.objects.create(company=company, name="Bench")
    seat = Seat.objects.create(contract=contract, user=user)
    browser = Client()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    try:
        yield browser.cookies[settings.SESSION_COOKIE_NAME].value
    finally:
        browser.logout()
        seat.delete()
        contract.delete()
        user.delete()


@dataclass
class Searcher:
    """A recruiter's browser on one server: each question is one panel's fragment.

    Of Python's own client, since others take a third of the time that our server does.
    """

    connection: http.client.HTTPConnection
    headers: dict[str, str]

    @classmethod
    def at(cls, base_url: str, session: str) -> Searcher:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=LONGEST)
        return cls(connection, {"Cookie": cookie, "HX-Request": "true"})

    def ask(self, **parameters: str) -> str:
        """The counts of a panel among those found, as HTML."""
        panel = reverse("recruiter:search_panel", args=["experience"])
        address = f"{panel}?{urlencode(parameters)}"
        try:
            return self._answer(address)
        except http.client.RemoteDisconnected:  # the server keeps no connection for long
            return self._answer(address)

    def _answer(self, address: str) -> str:
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != HTTPStatus.OK:
            raise NotSeen(f"A search was answered with {answer.status}")
        return text

    def seen_after(self, happens: Callable[[], None], **parameters: str) -> float:
        """Let something happen; the milliseconds from then to the first answer that shows it.

        Raises NotSeen.
        """
        before = self.ask(**parameters)
        happens()
        began = time.perf_counter()
        while time.perf_counter() - began < LONGEST:
            if self.ask(**parameters) != before:
                return (time.perf_counter() - began) * 1000
            time.sleep(PAUSE)
        raise NotSeen(f"A change was not seen within {LONGEST:.0f} s")

    def times(self, questions: int, **parameters: str) -> list[float]:
        """The milliseconds of some answers, one after the other."""
        found = []
        for _ in range(questions):
            began = time.perf_counter()
            self.ask(**parameters)
            found.append((time.perf_counter() - began) * 1000)
        return found


@dataclass
class Feed:
    """An ATS that pushes to one server."""

    client: httpx.Client

    @classmethod
    def at(cls, base_url: str, token: str) -> Feed:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return cls(httpx.Client(base_url=base_url, headers=headers, timeout=60))

    def push(self, one: Push) -> None:
        """Raises PushRefused when a record was not accepted."""
        answer = self.client.put(one.target, content=one.body)
        if answer.status_code != 200 or answer.content.count(b'"status":204') != one.records:
            raise PushRefused(f"{answer.status_code}: {answer.text[:500]}")

    @contextmanager
    def pushing(self, pushes: Sequence[Push], per_second: float) -> Iterator[list[int]]:
        """Push at a steady rate while the block runs; gives the sizes of what was accepted."""
        accepted: list[int] = []
        over = threading.Event()

        def push_all() -> None:
            due = time.perf_counter()
            for one in pushes:
                if over.wait(max(0.0, due - time.perf_counter())):
                    return
                self.push(one)
                accepted.append(one.records)
                due += one.records / per_second

        thread = threading.Thread(target=push_all)
        thread.start()
        try:
            yield accepted
        finally:
            over.set()
            thread.join()


def edit(member: Member, headline: str) -> None:
    """What a member's own change of the headline comes to."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(headline=headline)
        members.tell_changed([member.pk])
