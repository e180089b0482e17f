"""Which resource stands at which path of a surface, read from the URL table itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern

from ats_sync.api.openapi.catalogue import ABOUT, About
from ats_sync.api.urls import urlpatterns
from ats_sync.restli.views import BATCH_OF, BatchView

_SURFACES = re.compile(r"\(\?P<surface>([a-z0-9|]+)\)")
_PARENT = re.compile(r"/\(?([A-Za-z|]+)\)?/\(\?P<parent>")
ENTITY_METHODS = tuple(BATCH_OF)
COLLECTION_METHODS = (
    "batch_get", "batch_update", "batch_partial_update", "batch_delete", "batch_create", "create",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A resource on one surface.

    Attributes:
        view: the resource's class.
        surface: v2 or rest.
        parent: the wire name of the resource above, empty for none.
        synonyms: further names that it answers to.
    """

    view: type[BatchView]
    surface: str
    parent: str
    synonyms: tuple[str, ...]

    @property
    def about(self) -> About:
        return ABOUT[self.view]

    @property
    def name(self) -> str:
        """The resource's wire name on this surface."""
        return self.view.names.get(self.surface, self.view.resource)

    @property
    def path(self) -> str:
        """The path of the collection, as OpenAPI writes it."""
        above = f"/{self.parent}/{{parent}}" if self.parent else ""
        return f"/{self.surface}{above}/{self.name}"

    @property
    def methods(self) -> tuple[str, ...]:
        """The Rest.li methods on the collection, those of finders and actions apart."""
        return self._served(COLLECTION_METHODS)

    @property
    def entity_methods(self) -> tuple[str, ...]:
        """The Rest.li methods on one entity."""
        return self._served(ENTITY_METHODS)

    def _served(self, methods: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            method
            for method in methods
            if method not in self.about.hidden
            and any(hasattr(self.view, name) for name in (method, BATCH_OF.get(method, method)))
        )

    def spoken(self, name: str) -> str:
        """A field's or parameter's name on this surface."""
        return getattr(self.view, "renames", {}).get(self.surface, {}).get(name, name)


def places(surface: str) -> list[Place]:
    """All resources of a surface, in the URL table's order."""
    return [
        place for pattern in urlpatterns for place in _places(pattern) if place.surface == surface
    ]


def _places(pattern: URLPattern) -> Iterator[Place]:
    view = getattr(pattern.callback, "cls", None)
    if view not in ABOUT:
        return
    regex = str(pattern.pattern)
    names = regex.rpartition("/(")[2] if "<key>" not in regex else regex.partition("(/(?P<key>")[0]
    last = names.rpartition("/")[2].strip("()").split("|")
    above = found[1].split("|") if (found := _PARENT.search(regex)) else [""]
    for surface in _SURFACES.findall(regex)[0].split("|"):
        parent = above[-1] if surface == "rest" else above[0]
        known = {view.resource, *view.names.values()}
        synonyms = tuple(name for name in last if name not in known and name.isalnum())
        yield Place(view, surface, parent, synonyms)
