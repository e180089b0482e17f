"""The menu of what can be done with people: on rows, on cards, and over several at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from recruiter import projects
from recruiter.models import EDITORS, Project
from rsc.seats import SeatRequest

EXPORT = "Export to ATS"  # its address is the ATS side's to know: see _ats_slots.html


@dataclass(frozen=True)
class Entry:
    """One line of the menu.

    Attributes:
        refusal: why this seat may not; the entry is greyed and says so.
    """

    label: str
    address: str
    refusal: str = ""

    @property
    def exports(self) -> bool:
        return self.label == EXPORT


@dataclass(frozen=True)
class PeopleMenu:
    """What the menus of one page have in common; only the person differs.

    Attributes:
        here: where a dialog leads back to.
        entries: in the guide's order.
        about: the project that a dialog is told of: `in` whose pipeline the people stand, or
            `into` whose pipeline they may come.
        drawn: the menu of one person as HTML, for those whom ATSs may know and those not.
    """

    here: str
    entries: tuple[Entry, ...]
    about: tuple[tuple[str, int], ...] = ()
    drawn: dict[bool, str] = field(default_factory=dict, compare=False)

    @property
    def fields(self) -> tuple[tuple[str, int | str], ...]:
        """What each dialog is told besides the people."""
        return (*self.about, ("next", self.here))

    @cached_property
    def parameters(self) -> str:
        """The same as the end of a link."""
        return urlencode(self.fields)

    @cached_property
    def lines(self) -> tuple[tuple[Entry, str], ...]:
        """Each entry with its link up to the person's id, escaped: a page has hundreds of them."""
        return tuple(
            (entry, format_html("{}?{}&amp;person=", entry.address, self.parameters))
            for entry in self.entries
        )


def of_search(request: SeatRequest) -> PeopleMenu:
    """The menu of search results and profiles."""
    return PeopleMenu(request.get_full_path(), tuple(_search_entries(_refusal(request))))


def of_pipeline(request: SeatRequest, project: Project, inside: str) -> PeopleMenu:
    """The menu of a project's pipeline.

    Args:
        inside: why the seat may not work in this project (`projects.why_not_work`).
    """
    entries = _pipeline_entries(_refusal(request), inside)
    return PeopleMenu(request.get_full_path(), tuple(entries), (("in", project.pk),))


def of_pool(request: SeatRequest, project: Project, inside: str) -> PeopleMenu:
    """The menu of a project's talent pool; `inside` as in `of_pipeline`."""
    entries = _pool_entries(_refusal(request), inside)
    return PeopleMenu(request.get_full_path(), tuple(entries), (("into", project.pk),))


def _refusal(request: SeatRequest) -> str:
    return "" if request.seat.role in EDITORS else projects.LOOKERS


def _search_entries(refusal: str) -> Iterator[Entry]:
    yield _entry("Save to project", "save_people", refusal)
    yield Entry(EXPORT, "", refusal)
    yield _entry("Message", "message_people", refusal)
    yield _entry("Share for review", "share_people", refusal)
    yield _entry("Add note", "note_people", refusal)
    yield _entry("Add tag", "tag_people", refusal)
    yield _entry("Save to PDF", "pdf_people")
    yield _entry("Find more people like", "more_like")


def _pipeline_entries(refusal: str, inside: str) -> Iterator[Entry]:
    yield _entry("Message", "message_people", refusal)
    yield _entry("Move to…", "move_people", inside)
    yield Entry(EXPORT, "", refusal)
    yield _entry("Share for review", "share_people", refusal)
    yield _entry("Save to another project", "save_people", refusal)
    yield _entry("Add note", "note_people", refusal)
    yield _entry("Archive", "archive_people", inside)
    yield _entry("Save to PDF", "pdf_people")
    yield _entry("Find more people like", "more_like")


def _pool_entries(refusal: str, inside: str) -> Iterator[Entry]:
    yield _entry("Save to pipeline", "save_people", inside)
    yield _entry("Message", "message_people", refusal)
    yield Entry(EXPORT, "", refusal)
    yield _entry("Share for review", "share_people", refusal)
    yield _entry("Add note", "note_people", refusal)
    yield _entry("Remove from the pool", "archive_people", inside)
    yield _entry("Save to PDF", "pdf_people")


def _entry(label: str, name: str, refusal: str = "") -> Entry:
    return Entry(label, reverse(f"recruiter:{name}"), refusal)
