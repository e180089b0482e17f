"""Search for members: `index()` is the engine that this server is set to use."""

from __future__ import annotations

import functools
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from recruiter.search.port import (
    FACETS,
    SPOTLIGHTS,
    FacetCount,
    MemberIndex,
    MemberQuery,
    SearchPage,
    SearchUnavailable,
    Viewer,
)

__all__ = [
    "FACETS",
    "SPOTLIGHTS",
    "FacetCount",
    "MemberIndex",
    "MemberQuery",
    "SearchPage",
    "SearchUnavailable",
    "Viewer",
    "index",
]

# Named by path, so that only the engine in use is loaded.
ENGINES = {
    "bitmap": "recruiter.search.bitmap.engine.BitmapIndex",
    "opensearch": "recruiter.search.opensearch.engine.OpenSearchIndex",
    "sql": "recruiter.search.sql.SqlIndex",
}


def index() -> MemberIndex:
    """The engine named by SEARCH_ENGINE. Raises ImproperlyConfigured for an unknown name."""
    return engine(settings.SEARCH_ENGINE)


@functools.cache
def engine(name: str) -> MemberIndex:
    """The engine of that name; one of a kind in each process."""
    if name not in ENGINES:
        raise ImproperlyConfigured(f"RSC_SEARCH_ENGINE={name!r}: write one of {', '.join(ENGINES)}")
    return cast(MemberIndex, import_string(ENGINES[name])())
