"""What a report is made of: a contract, a period, a table; and how figures are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Aggregate, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from recruiter.models import Project
from rsc.models import Contract, Seat

LONGEST = 366 * 3  # days
USUAL = 30


@dataclass(frozen=True)
class Period:
    """Days, both with, in the reader's time zone.

    Attributes:
        is_cut: it is as long as one may be, and shorter than what was asked for.
    """

    first: date
    last: date
    is_cut: bool = False

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def within(self, field: str) -> Q:
        """The condition that a moment lies in it."""
        return Q(**{f"{field}__gte": self.start, f"{field}__lt": self.end})


def period_in(values: Mapping[str, str]) -> Period:
    """The period that a form names by `from` and `to`; the last thirty days where it names none.

    What is no date counts as nothing; what is turned round or too long is set right.
    """
    today = timezone.localdate()
    last = min(_date(values.get("to", "")) or today, today)
    first = _date(values.get("from", "")) or last - timedelta(days=USUAL - 1)
    earliest = last - timedelta(days=LONGEST)
    return Period(max(min(first, last), earliest), last, is_cut=first < earliest)


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2100 else None


@dataclass(frozen=True)
class Scope:
    """Whose figures they are, and who reads them.

    Attributes:
        contract: with its company.
        seat: the reader; None is the operator, who sees all of the contract.
    """

    contract: Contract
    seat: Seat | None
    period: Period

    @property
    def projects(self) -> QuerySet[Project]:
        """Those that the reader may see: others' private projects are not told."""
        if self.seat:
            return Project.objects.visible_to(self.seat)
        return Project.objects.filter(contract=self.contract)


@dataclass(frozen=True)
class Report:
    """A table.

    Attributes:
        key: in addresses and file names.
        about: what it shows, in a sentence.
        columns: each heading with the definition of its figure.
        rows: cells as shown, in the order of the columns.
        shares: the columns whose cells are shares between 0 and 1, shown as bars.
    """

    key: str
    title: str
    about: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    shares: frozenset[int] = frozenset()

    @property
    def definitions(self) -> list[tuple[str, str]]:
        return [(label, meaning) for label, meaning in self.columns if meaning]

    @property
    def cells(self) -> list[list[tuple[Any, bool]]]:
        """Each row's cells, each with whether it is a share."""
        return [[(cell, at in self.shares) for at, cell in enumerate(row)] for row in self.rows]


class Median(Aggregate):
    """The middle value; of an even number, halfway between the two."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def share(part: int, whole: int) -> float | None:
    """A part of a whole between 0 and 1; None of nothing."""
    return part / whole if whole else None


def in_words(duration: timedelta | None) -> str:
    """A time as people say it: minutes below two hours, hours below two days, days above."""
    if duration is None:
        return "-"
    minutes = duration.total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"
