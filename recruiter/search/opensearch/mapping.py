"""What the cluster keeps of a member: the index template, and a document as it wants it.

Words are not read by the cluster: it gets PostgreSQL's lexemes with their positions, so that both
engines mean the same by a word and by a phrase. The text of the field `words` is one token a
position; where several lexemes stand at one position they are joined, and parted again by a
filter, and an empty position is a token that another filter drops. A panel's values are kept as
they are compared (folded), so that the cluster's order among equals is that of PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings

from recruiter.search.bitmap.overlay import Document
from recruiter.search.bitmap.reading import DAY, NEVER, TIERS
from recruiter.search.port import FACETS

FORMAT = 1  # of the documents in the cluster: raise it when they are written differently
JOIN, NOTHING, ESCAPE = "\x1f", "\x1e", "\x1d"
_ESCAPED = str.maketrans(
    {" ": f"{ESCAPE}0", JOIN: f"{ESCAPE}1", NOTHING: f"{ESCAPE}2", ESCAPE: f"{ESCAPE}3"}
)
MOST = 2**30  # of whatever the cluster would limit: rows of a page, terms of a query


def template() -> dict[str, Any]:
    """The index template: how each index of ours is set up."""
    return {
        "index_patterns": [f"{settings.SEARCH_ALIAS}-v*"],
        "template": {"settings": _settings(), "mappings": _mappings()},
    }


def _settings() -> dict[str, Any]:
    return {
        "number_of_shards": settings.SEARCH_SHARDS,
        "number_of_replicas": settings.SEARCH_REPLICAS,
        "max_result_window": MOST,
        "max_terms_count": MOST,
        # Who was erased leaves no words in the files when they are merged.
        "merge.policy.expunge_deletes_allowed": 0,
        # The proof of a panel's counts (counting.py) is one of shards, not of slices of them.
        "search.concurrent_segment_search.mode": "none",
        "analysis": {
            "tokenizer": {"positions": {"type": "pattern", "pattern": " "}},
            "filter": {
                "parted": {
                    "type": "pattern_capture",
                    "preserve_original": False,
                    "patterns": [f"([^{JOIN}]+)"],
                },
                "nothing": {"type": "stop", "stopwords": [NOTHING]},
            },
            "analyzer": {
                "lexemes": {"tokenizer": "positions", "filter": ["parted", "nothing"]},
            },
        },
    }


def _mappings() -> dict[str, Any]:
    keyword = {"type": "keyword", "norms": False}
    unsorted = {**keyword, "doc_values": False}
    number = {"type": "long"}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            "member": {"type": "integer"},  # what sets of members are compared with
            "words": {"type": "text", "analyzer": "lexemes", "norms": False},
            **{f"tier_{tier}": unsorted for tier in TIERS[:3]},
            **dict.fromkeys(FACETS, keyword),
            "works_at": number,
            "connected_to": number,
            "open_publicly": {"type": "boolean"},
            "open_privately": {"type": "boolean"},
            "seen": number,
            "seen_day": number,
            "replied": number,
            "completeness": {"type": "short"},
        },
    }


def escaped(lexeme: str) -> str:
    """A lexeme as the cluster keeps it: letter by letter, so that a beginning stays one."""
    return lexeme.translate(_ESCAPED)


def source(document: Document, values: dict[int, tuple[str, str]]) -> dict[str, Any]:
    """A document for the cluster.

    Args:
        values: the kind and the folded label of each facet value that it has.
    """
    facets: dict[str, list[str]] = defaultdict(list)
    for value in document.facets:
        kind, folded = values[value]
        facets[kind].append(folded)
    tiers: dict[str, list[str]] = defaultdict(list)
    for word, places in document.words.items():
        best = min(tier for _, tier in places)
        tiers[f"tier_{TIERS[best]}"].append(escaped(word))
    tiers.pop("tier_D", None)  # whoever has the word at all
    return {
        "member": document.member_id,
        "words": _words(document),
        **tiers,
        **facets,
        "works_at": document.works_at,
        "connected_to": document.connected_to,
        "open_publicly": document.open_publicly,
        "open_privately": document.open_privately,
        "seen": document.seen,
        "seen_day": document.seen // DAY if document.seen != NEVER else NEVER,
        "replied": document.replied,
        "completeness": document.completeness,
    }


def _words(document: Document) -> str:
    standing: dict[int, list[str]] = defaultdict(list)
    for word, places in document.words.items():
        for position in {position for position, _ in places}:
            standing[position].append(escaped(word))
    last = max(standing, default=0)
    return " ".join(JOIN.join(standing.get(each, [NOTHING])) for each in range(1, last + 1))
