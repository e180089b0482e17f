"""What all synced resources share: whose data it is, reading records, storing the good ones."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from rest_framework.request import Request

from ats_sync.api.fields import FieldRefused
from ats_sync.api.refusals import all_or_each
from ats_sync.api.rights import Right, atss_of
from ats_sync.api.wire import WireView
from ats_sync.batches import Receipt
from ats_sync.models import Ats
from ats_sync.restli.entities import decode_entities
from ats_sync.restli.errors import RestliError, no_such_resource
from ats_sync.restli.items import Item
from ats_sync.restli.keys import Key
from rsc import urns

T = TypeVar("T")
CONTEXT = "integrationContext"
PROVIDER = "dataProvider"
# Parts that may be left out of any key: this server knows one provider.
OPTIONAL = {PROVIDER: "ATS"}


class Entity(Protocol):
    """A decoded record that knows what it means here."""

    def record(self, name: Any) -> Any:
        """Ours, under the name that its key gave it; raises FieldRefused."""


class AtsResource(WireView):
    """A resource of what ATSs send; a request may touch its own application's ATSs only.

    Attributes of the class:
        right: how far the customer's activation must be.
        renames: for a surface, its names of fields; both spellings are read on every surface.
        also: further names of fields that are read on every surface.
    Attributes of a running view:
        atss: the ATSs that the request names, by company id.
    """

    right = Right.ENABLED
    renames: Mapping[str, Mapping[str, str]] = {}
    also: Mapping[str, str] = {}

    def check_keys(self, keys: Iterable[Key]) -> None:
        """Refuse foreign contexts whole (403), malformed ones alone (400)."""
        companies = set()
        if self.parent_key is not None:
            companies.add(company_of(self.parent_key))
        for item in self.items:
            if item.error or item.key is None or (context := item.key.get(CONTEXT)) is None:
                continue
            try:
                companies.add(company_in(context, item.key.get(PROVIDER)))
            except RestliError as error:
                item.error = error
        self.grant(companies)

    def grant(self, companies: set[int]) -> None:
        """Look up the ATSs of these companies; raises a RestliError of 403."""
        place = f"{self.request.method} /{self.name}"
        self.atss = atss_of(self.request.user, companies, self.right, place)

    def ats_of(self, item: Item) -> Ats:
        """The ATS that an item's key, or its parent's, stands for."""
        key = item.key if self.parent_key is None else self.parent_key
        return self.atss[company_of(key)]

    def by_ats(self, items: Iterable[Item]) -> list[tuple[Ats, list[Item]]]:
        """Items grouped by ATS, always in one order, so that two requests cannot deadlock."""
        if len(self.atss) == 1:
            return [(next(iter(self.atss.values())), list(items))]
        groups: dict[int, list[Item]] = defaultdict(list)
        for item in items:
            groups[self.ats_of(item).company_id].append(item)
        return sorted(
            ((self.atss[company], group) for company, group in groups.items()),
            key=lambda pair: pair[0].pk,
        )

    @functools.cached_property
    def spoken(self) -> Mapping[str, str]:
        """This surface's names of fields that it calls differently."""
        return self.renames.get(self.surface, {})

    @functools.cached_property
    def aliases(self) -> dict[str, str]:
        """All other names of fields, each with the canonical one."""
        names = dict(self.also)
        for renamed in self.renames.values():
            names |= {other: name for name, other in renamed.items()}
        return names

    def spell(self, entity: dict[str, Any]) -> dict[str, Any]:
        """An entity in canonical names, in this surface's own."""
        return {self.spoken.get(name, name): value for name, value in entity.items()}

    def refuse(self, item: Item, refusal: FieldRefused) -> None:
        """Refuse one record for one of its fields, in this surface's words."""
        first, slash, rest = refusal.field.partition("/")
        item.fail(400, f"/{self.spoken.get(first, first)}{slash}{rest} :: {refusal.why}")

    def read(self, item: Item, wanted: type[Entity], name: Any) -> Any:
        """An item's record as ours; None after it was refused."""
        found = item.decode(wanted, aliases=self.aliases, spoken=self.spoken, strict=False)
        if found is None:
            return None
        if found.unknown:
            self.unknown |= set(found.unknown)
        return self.ours(item, found.value, name)

    def ours(self, item: Item, entity: Entity, name: Any) -> Any:
        """What an item's record means here; None after it was refused."""
        try:
            return entity.record(name)
        except FieldRefused as refusal:
            self.refuse(item, refusal)
            return None

    def _read_all(
        self, items: list[Item], wanted: type[Entity], name_of: Callable[[Item], Any]
    ) -> list[tuple[Item, Any]]:
        """The items that were not refused, each with its record as ours."""
        entities = decode_entities([item.raw for item in items], wanted, strict=False)
        if entities is None:
            read = [(item, self.read(item, wanted, name_of(item))) for item in items]
        else:
            read = [
                (item, self.ours(item, entity, name_of(item)))
                for item, entity in zip(items, entities, strict=True)
            ]
        return [(item, record) for item, record in read if record is not None]

    def store(
        self,
        items: Iterable[Item],
        wanted: type[Entity],
        name_of: Callable[[Item], Any],
        verb: Callable[[Ats, Sequence[Any]], Receipt],
    ) -> None:
        """Read each item and store the good ones of each ATS by one call of the verb.

        Args:
            items: the items of the request.
            wanted: what their records look like.
            name_of: the name of an item within its ATS, as the verb's receipt has it.
            verb: stores the records of one ATS.
        """
        for ats, group in self.by_ats(items):
            good = self._read_all(group, wanted, name_of)
            receipts = all_or_each(good, partial(verb, ats))
            if stale := {name for receipt in receipts for name in receipt.stale}:
                self.stale += [item for item, _ in good if name_of(item) in stale]

    def drop(
        self,
        items: Iterable[Item],
        name_of: Callable[[Item], T],
        verb: Callable[[Ats, list[T]], Iterable[T]],
    ) -> None:
        """Delete by one call of the verb per ATS; it returns the names that it did not find."""
        for ats, group in self.by_ats(items):
            missing = set(verb(ats, [name_of(item) for item in group]))
            for item in group:
                if name_of(item) in missing:
                    item.fail(404, f"No entity has the key {self.label(item)}")


class UnknownResource(WireView):
    """Whatever no other path serves: a 404 in the contract's form (contract.md 1.6)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises a RestliError of 404."""
        raise no_such_resource(kwargs["path"].partition("/")[0])


def company_of(key: Key) -> int:
    """The company that a key's context names.

    Raises:
        RestliError: 400; the context is no organization, or the data provider is not ours.
    """
    return company_in(key[CONTEXT], key.get(PROVIDER))


@functools.lru_cache(maxsize=1_000)
def company_in(context: str, provider: str | None = None) -> int:
    """The company that an integration context names; raises a RestliError of 400."""
    if provider not in {None, "ATS"}:
        raise RestliError(400, f"/{PROVIDER} :: must be ATS")
    try:
        return urns.Urn.parse(context, urns.ORGANIZATION).number
    except urns.UrnError as error:
        raise RestliError(400, f"/{CONTEXT} :: {error}") from error
