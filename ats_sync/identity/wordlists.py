"""The word lists of `data/words.toml` in the shapes that the normal forms use."""

from __future__ import annotations

import tomllib
from pathlib import Path

_WORDS = tomllib.loads((Path(__file__).parent / "data" / "words.toml").read_text("utf-8"))

PARTICLES = frozenset(_WORDS["particles"].split())
CREDENTIALS = frozenset(_WORDS["credentials"].split())
PLACEHOLDER_DOMAINS = frozenset(_WORDS["placeholder_domains"].split())
PLACEHOLDER_LOCALS = frozenset(_WORDS["placeholder_locals"].split())
ROLE_LOCALS = frozenset(_WORDS["role_locals"].split())
PUBLIC_DOMAINS = frozenset(_WORDS["public_domains"].split())
LEGAL_FORMS = frozenset(_WORDS["legal_forms"].split())
SENIORITY = frozenset(_WORDS["seniority"].split())
GENERATIONS: dict[str, str] = _WORDS["generations"]
MISSPELT_DOMAINS: dict[str, str] = {
    slip: right for right, slips in _WORDS["misspelt_domains"].items() for slip in slips.split()
}
# Each spelling of a surname -> the one that stands for all; each first name -> its full names.
SURNAME_VARIANTS: dict[str, str] = {
    spelling: line.split()[0]
    for line in _WORDS["variants"]["surnames"].strip().splitlines()
    for spelling in line.split()
}
DIMINUTIVES: list[list[str]] = [
    line.split() for line in _WORDS["variants"]["first_names"].strip().splitlines()
]
