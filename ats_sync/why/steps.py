"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.urls import reverse


@dataclass(frozen=True)
class Step:
    """One link of a chain of reasons.

    Attributes:
        text: what is so, with its evidence.
        holds: whether the way is open here; None for what is only worth knowing.
        at: since when it is so.
        who: who can change it.
        link: the page where it can be looked at or changed.
    """

    text: str
    holds: bool | None = None
    at: datetime | None = None
    who: str = ""
    link: str = ""

    @property
    def word(self) -> str:
        """How it stands, for those who do not see the colour."""
        return {True: "Yes", False: "No", None: "Note"}[self.holds]


@dataclass(frozen=True)
class Chain:
    """The answer to one question.

    Attributes:
        question: as a person would ask it.
        yes, no: the answer in a few words, as the steps have it.
        steps: in the order of the way that data takes.
    """

    question: str
    yes: str
    no: str
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Whether no step breaks the chain."""
        return all(step.holds is not False for step in self.steps)

    @property
    def verdict(self) -> str:
        return self.yes if self.holds else self.no


def place(row: Model) -> str:
    """The page of these settings that is about a row."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
