"""What is to be done at an ATS's side, kept as data: one file of steps per vendor."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass

from django.conf import settings

from ats_sync.models import Ats

FOLDER = "fixtures/ats_guides"
GENERIC = "generic"


@dataclass(frozen=True)
class GuideStep:
    title: str
    text: str


@dataclass(frozen=True)
class Guide:
    """The steps of one vendor.

    Attributes:
        vendors: what a vendor's name has in it, in lower case.
    """

    title: str
    vendors: tuple[str, ...]
    steps: tuple[GuideStep, ...]


def guides_for(ats: Ats) -> list[Guide]:
    """The vendor's own guide, if there is one, and the one for all; their texts filled in.

    Args:
        ats: with its application, the application's parent, and its company.
    """
    vendor = str(ats.application.parent or ats.application).lower()
    words = vendor.replace("-", " ").split()
    own = [
        guide
        for name, guide in _guides().items()
        if name != GENERIC and any(_names(one, words, vendor) for one in guide.vendors)
    ]
    facts = {
        "base_url": settings.BASE_URL,
        "client_id": ats.application.client_id,
        "organization": str(ats.context),
    }
    return [_filled(guide, facts) for guide in [*own[:1], _guides()[GENERIC]]]


def _names(name: str, words: list[str], vendor: str) -> bool:
    """Whole words only, so that “sap” is not found in “Sapient”."""
    return name in vendor if " " in name else name in words


def _filled(guide: Guide, facts: dict[str, str]) -> Guide:
    steps = (GuideStep(step.title, step.text.format_map(facts)) for step in guide.steps)
    return Guide(guide.title, guide.vendors, tuple(steps))


@functools.cache
def _guides() -> dict[str, Guide]:
    found = {}
    for path in sorted((settings.BASE_DIR / FOLDER).glob("*.toml")):
        data = tomllib.loads(path.read_text())
        steps = tuple(GuideStep(**step) for step in data["steps"])
        found[path.stem] = Guide(data["title"], tuple(data["vendors"]), steps)
    return found
