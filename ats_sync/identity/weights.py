"""What the levels of each field are worth: learnt, stored as whole hundredths of a bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "data" / "weights.json"
# No single field may decide for or against by itself (matching.md section 5).
LOWEST, HIGHEST = -500, 1500


@dataclass(frozen=True)
class Weights:
    """One version of the learnt weights; every figure in hundredths of a bit.

    Attributes:
        version: changes whenever a figure does; stored with every decision.
        prior: how likely a candidate is to be any member at all, before the size of the
            population comes in.
        given_same, family_same: added when that part of the name is the same, besides what its
            rarity in the population gives.
        given, family: by level, for parts that agree less than fully.
        fields: by field and level; learnt inside pairs whose names already agree.
    """

    version: str
    prior: int
    given_same: int
    family_same: int
    given: tuple[int, ...]
    family: tuple[int, ...]
    fields: dict[str, tuple[int, ...]]

    def __hash__(self) -> int:
        return hash(self.version)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Weights:
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, source: Mapping[str, Any]) -> Weights:
        return cls(
            version=source["version"],
            prior=source["prior"],
            given_same=source["given_same"],
            family_same=source["family_same"],
            given=tuple(source["given"]),
            family=tuple(source["family"]),
            fields={name: tuple(levels) for name, levels in source["fields"].items()},
        )


def clipped(bits: float) -> int:
    """Bits as whole hundredths, within the bounds for a single field."""
    return max(LOWEST, min(HIGHEST, round(bits * 100)))


@cache
def shipped_weights() -> Weights:
    """The weights that come with this version."""
    return Weights.from_json(SHIPPED.read_text("utf-8"))
