"""The panels beside the results: Spotlights and facets, with exact counts inside the search.

Three panels are counted with the results. The others cost something only once they are opened,
or when something is chosen in them. Each ignores what "can have" in it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from functools import cache
from html import escape  # Django's own takes lazy text, and three times as long

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from recruiter import facets, search, spotlights, team_facets
from recruiter.facets import Chosen
from recruiter.filters import Chip, Choice, label_of
from recruiter.search import FACETS, FacetCount, MemberQuery, SearchPage, Viewer
from recruiter.search.port import FACET_SIZE, Prefix
from recruiter.spotlights import Spotlight
from recruiter.team_facets import Group
from rsc.models import Seat

PROFILE, TEAM, ATS = "Profile", "Your team", "Your ATS"
Counted = tuple[str, FacetCount]  # what stands for it in a URL, and its line
# What was typed before these is not completed.
_ENDS = re.compile(r'\b(?:AND|OR|NOT)\b|[()"]|(?:^|\s)-')


@dataclass(frozen=True)
class Line:
    """One line of a panel, with an id that stays the same while counts change.

    Its texts are escaped: a page has a hundred lines, and shows each text three times.
    """

    value: SafeString
    label: SafeString
    count: int
    ticked: bool
    html_id: SafeString


def _line(value: str, label: str, count: int, ticked: bool, html_id: str) -> Line:
    said = (mark_safe(escape(text)) for text in (value, label))
    return Line(*said, count, ticked, mark_safe(escape(html_id)))


@dataclass(frozen=True)
class Panel:
    """One facet.

    Attributes:
        address: of the panel alone.
        of: the heading under which it stands.
        lines: None when they were not counted.
        decided: what must be had, and must not.
    """

    kind: str
    label: str
    address: str
    of: str
    lines: list[Line] | None
    open: bool
    chosen: Chosen
    decided: list[Chip]

    @property
    def counted(self) -> bool:
        return self.lines is not None


def spotlight_lines(choice: Choice, page: SearchPage) -> list[tuple[Spotlight, Line]]:
    """The Spotlights with how many of the present results stand in each."""
    return [
        (
            spotlight,
            _line(
                value=spotlight.key,
                label=spotlight.label,
                count=page.spotlight_counts[spotlight.key],
                ticked=spotlight.key in choice.spotlights,
                html_id=f"spotlight-{spotlight.key}",
            ),
        )
        for spotlight in spotlights.ALL
    ]


def panels(choice: Choice, page: SearchPage, viewer: Viewer) -> list[Panel]:
    """Every panel that the seat has; a search more for each one of the team that is open."""
    team = [facet.kind for facet in team_facets.ALL.values() if viewer.tokens or not facet.of_ats]
    return [panel(kind, choice, page, viewer) for kind in (*facets.LABELS, *team)]


def panel(kind: str, choice: Choice, page: SearchPage, viewer: Viewer) -> Panel:
    """One panel; of the team's, only what was opened is counted."""
    if kind in FACETS:
        counted = _counted(page.facets.get(kind))
    else:
        counted = _team_counts(kind, choice, viewer) if kind in choice.open_panels else None
    chosen = choice.facets.get(kind, Chosen())
    return Panel(
        kind=kind,
        label=label_of(kind),
        address=_address(kind),
        of=_heading(kind),
        lines=None if counted is None else _lines(kind, chosen, counted),
        open=kind in choice.open_panels,
        chosen=chosen,
        decided=choice.chips_of(kind, "must", "never"),
    )


@cache
def _address(kind: str) -> str:
    return reverse("recruiter:search_panel", args=[kind])


def _counted(lines: list[FacetCount] | None) -> list[Counted] | None:
    return None if lines is None else [(line.label, line) for line in lines]


def _heading(kind: str) -> str:
    if kind in FACETS:
        return PROFILE
    return ATS if team_facets.ALL[kind].of_ats else TEAM


def _lines(kind: str, chosen: Chosen, counted: list[Counted]) -> list[Line]:
    """The values that were not decided yet; ticked are those that were, not what lies around."""
    can = {value.lower() for value in chosen.can}
    decided = {value.lower() for value in chosen.must + chosen.never}
    return [
        _line(value, line.label, line.count, value.lower() in can, _html_id(kind, value))
        for value, line in counted
        if value.lower() not in decided and (line.count or value.lower() in can)
    ]


def _html_id(kind: str, value: str) -> str:
    return f"{kind}-{zlib.crc32(value.lower().encode()):08x}"


def _team_counts(kind: str, choice: Choice, viewer: Viewer) -> list[Counted]:
    """The values of a team's facet, the frequent first, counted as if none "can have"."""
    chosen = choice.facets.get(kind, Chosen())
    groups = _groups(kind, viewer.seat, chosen)
    widened = choice.without_can(kind).query(viewer)
    found = _tallied(replace(widened, start=0, panels=()), groups)
    can = {value.lower() for value in chosen.can}
    return [
        (group.value, FacetCount(group.label, count))
        for place, (group, count) in enumerate(found)
        if place < FACET_SIZE or group.value.lower() in can
    ]


def _groups(kind: str, seat: Seat, chosen: Chosen) -> list[Group]:
    """All groups of a facet, and those chosen that only exist on demand: spans of days."""
    facet = team_facets.ALL[kind]
    listed = list(facet.groups(seat, None))
    known = {group.value for group in listed}
    asked = [value for value in chosen.can if value not in known]
    return listed + (list(facet.groups(seat, asked)) if asked else [])


def _tallied(query: MemberQuery, groups: list[Group]) -> list[tuple[Group, int]]:
    asked = replace(query, count=0, tallies=tuple(group.who for group in groups))
    counts = search.index().search(asked).tallies
    pairs = zip(groups, counts, strict=True)
    return sorted(pairs, key=lambda pair: (pair[0].finer, -pair[1], pair[0].label.casefold()))


def _fitting(kind: str, seat: Seat, typed: str) -> list[Group]:
    """The groups whose label has a word that begins so; and spans that only exist on demand."""
    facet = team_facets.ALL[kind]
    listed = list(facet.groups(seat, None))
    known = {group.value for group in listed}
    spans = facet.groups(seat, [typed]) if any(map(str.isdigit, typed)) else ()
    meant = [each for each in spans if each.value not in known]
    fits = Prefix(typed)
    return [
        *(group for group in listed if team_facets.holds(group.label, fits)),
        *(group for group in meant if typed in group.label),
    ]


def suggestions(kind: str, text: str, viewer: Viewer, most: int = 10) -> list[Line]:
    """Values whose words begin as typed last, with how many people of all have each."""
    typed = _ENDS.split(text)[-1].strip()
    if not any(letter.isalnum() for letter in typed):
        return []
    if kind in FACETS:
        found = search.index().suggest(viewer, kind, typed, most)
        pairs = _counted(found)
    else:
        fitting = _fitting(kind, viewer.seat, typed)
        tallied = _tallied(MemberQuery(viewer, panels=()), fitting)[:most] if fitting else []
        pairs = [(group.value, FacetCount(group.label, count)) for group, count in tallied]
    return [
        _line(value, line.label, line.count, False, f"suggested-{_html_id(kind, value)}")
        for value, line in pairs
        if line.count
    ]
