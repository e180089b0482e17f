"""The demo's world as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from rsc.demo import desk, fixtures, members, partner, people, teamwork
from rsc.demo.partner import Partner
from rsc.demo.people import Login
from rsc.models import Company


class ForeignDatabase(RuntimeError):
    """The database holds companies that the demo did not make."""


@dataclass(frozen=True)
class World:
    """What visitors and the demo ATS need to know of it."""

    logins: list[Login]
    partner: Partner


def load(*, crowd: int = members.CROWD) -> World:
    """Make what is missing of the demo's world; may be repeated.

    Args:
        crowd: how many made-up members to have around the guide's people.

    Raises:
        ForeignDatabase: a real company works here; nothing was changed.
    """
    own = [row["name"] for row in fixtures.read("companies.json")]
    if Company.objects.exists() and not Company.objects.filter(name__in=own).exists():
        raise ForeignDatabase(
            "this database holds companies that are not the demo's; "
            "choose another one (DATABASE_URL or RSC_STATE_DIR)"
        )
    logins = people.load()
    members.load(crowd=crowd)
    teamwork.load()
    desk.load()
    teamwork.load_exports()
    return World(logins, partner.load())
