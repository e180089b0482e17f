"""One run of the rehearsal: what the rules share, and what came of each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from ats_sync.certify.callback import Callback
from ats_sync.certify.vendor import Vendor, outcomes


class Failed(Exception):
    """The server does not do what the rule expects; the message says what it did."""


class NotPossible(Exception):
    """The rule cannot be played here; the message says what is missing."""


class Verdict(StrEnum):
    """What came of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_POSSIBLE = "not possible here"


@dataclass
class Rehearsal:
    """What the rules need.

    Attributes:
        vendor: the customer's application.
        organization, contract: the customer's URNs.
        parent: the vendor's own application, if its credentials were given.
        callback: what arrives from the server, if it can reach us.
        member: the person URN of a member who may be linked by hand, if one was given.
        wait: seconds to wait for what a person does in a page, or the server in its worker.
        mark: makes the ids of this run unlike those of any other.
    """

    vendor: Vendor
    organization: str
    contract: str
    parent: Vendor | None = None
    callback: Callback | None = None
    member: str = ""
    wait: float = 20
    mark: str = field(default_factory=lambda: secrets.token_hex(4))

    def id(self, name: str) -> str:
        """An id of this run."""
        return f"rehearsal-{self.mark}-{name}"

    def key(self, part: str, name: str) -> dict[str, str]:
        """A key of a record in the customer's context."""
        return {part: self.id(name), "integrationContext": self.organization}

    def candidate(self, name: str) -> dict[str, str]:
        """The key of a candidate."""
        return self.key("atsCandidateId", name)

    def application(self, name: str) -> dict[str, str]:
        """The key of an application."""
        return self.key("atsJobApplicationId", name)

    def until(self, ready: Callable[[], bool]) -> bool:
        """Whether something came true within the wait."""
        patient_until = time.monotonic() + self.wait
        while not (true := ready()) and time.monotonic() < patient_until:
            time.sleep(min(0.5, self.wait))
        return true


@dataclass(frozen=True)
class Rule:
    """A published rule and how it is played.

    Attributes:
        play: returns what was seen; raises Failed or NotPossible.
    """

    number: str
    title: str
    play: Callable[[Rehearsal], str]

    @property
    def module(self) -> int:
        return int(self.number.removeprefix("RSC-")[0])


@dataclass(frozen=True)
class Played:
    """A rule and what came of it."""

    rule: Rule
    verdict: Verdict
    why: str


RULES: dict[str, Rule] = {}


def rule(number: str, title: str) -> Callable[[Callable[[Rehearsal], str]], Rule]:
    """Mark a function as the play of a rule."""

    def mark(play: Callable[[Rehearsal], str]) -> Rule:
        RULES[number] = Rule(number, title, play)
        return RULES[number]

    return mark


def play(rehearsal: Rehearsal, module: int | None = None) -> Iterator[Played]:
    """Play the rules of one module, or of all, in order."""
    for number in sorted(RULES):
        if module in {None, RULES[number].module}:
            yield play_one(rehearsal, RULES[number])


def play_one(rehearsal: Rehearsal, one: Rule) -> Played:
    """Play one rule; whatever the server does, there is a verdict."""
    try:
        return Played(one, Verdict.PASSED, one.play(rehearsal))
    except Failed as failure:
        return Played(one, Verdict.FAILED, str(failure))
    except NotPossible as reason:
        return Played(one, Verdict.NOT_POSSIBLE, str(reason))
    except httpx.HTTPError as error:
        return Played(one, Verdict.FAILED, f"no answer: {type(error).__name__}")


def expect(true: object, otherwise: str) -> None:
    """Raises Failed unless something is true."""
    if not true:
        raise Failed(otherwise)


def expect_status(response: httpx.Response, wanted: int, what: str) -> None:
    """Raises Failed unless the whole answer has this status."""
    if response.status_code != wanted:
        raise Failed(f"{what}: {wanted} expected, {response.status_code} came. {_said(response)}")


def expect_each(response: httpx.Response, wanted: int, what: str) -> None:
    """Raises Failed unless every record has this status; NotPossible when sync is not on yet."""
    found = outcomes(response)
    if found == [403]:
        raise NotPossible(f"{what}: the server says 403. {_said(response)}")
    if not found or set(found) != {wanted}:
        raise Failed(f"{what}: {wanted} expected, {found} came. {_said(response)}")


def _said(response: httpx.Response) -> str:
    return response.text[:200]


def one_result(response: httpx.Response) -> dict[str, Any]:
    """The only record of a batch_get; raises Failed when it is not there."""
    expect_status(response, 200, "reading a record")
    results = list(response.json().get("results", {}).values())
    expect(len(results) == 1, f"one record expected, {len(results)} came")
    return dict(results[0])
