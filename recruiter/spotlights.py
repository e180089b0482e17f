"""The five Spotlights: ready-made groups of members, each a rule over stored facts (design.md 6).

The rules are evaluated by the search engine, for all members; here they are named and explained,
and told of the few members on a page. Several may be ticked: all must hold.
"""

from __future__ import annotations

from dataclasses import dataclass

REPLIED_WITHIN = 365  # days
SEEN_WITHIN = 30  # days
ENGAGED_WITHIN = 90  # days


@dataclass(frozen=True)
class Spotlight:
    """A named filter with a count.

    Attributes:
        key: its value in URLs and in queries.
        label: its name on pages.
        definition: the rule, for people.
        also: another name under which it is known, if any.
    """

    key: str
    label: str
    definition: str
    also: str = ""

    @property
    def names(self) -> set[str]:
        """The values under which a URL may ask for it."""
        return {self.key, self.also.lower().replace(" ", "_")} - {""}


ALL = (
    Spotlight(
        "engaged",
        "Engaged with talent brand",
        "Follows your company, or looked at its page or jobs in the last 90 days.",
    ),
    Spotlight(
        "open",
        "Open to opportunities",
        "Says so in their profile. Who says it privately is never shown to recruiters of the "
        "company they work for.",
    ),
    Spotlight(
        "past_applicants",
        "Past applicants",
        "Has at least one application in your ATS that you may see. People who work at your "
        "company now are left out unless you include them.",
        also="Rediscovered candidates",
    ),
    Spotlight(
        "likely_to_respond",
        "More likely to respond",
        "Replied to an InMail in the last 12 months, or was here in the last 30 days and is "
        "open to opportunities.",
    ),
    Spotlight(
        "company_connections",
        "Have company connections",
        "Is directly connected to somebody who works at your company now.",
    ),
)

BY_KEY = {spotlight.key: spotlight for spotlight in ALL}


def named(name: str) -> Spotlight | None:
    """The Spotlight of a key or of another name; None when there is none."""
    wanted = name.strip().lower()
    return next((spotlight for spotlight in ALL if wanted in spotlight.names), None)
