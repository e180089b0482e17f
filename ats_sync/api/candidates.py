"""`atsCandidates`, on /rest `candidates` (contract.md 6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ats_sync import candidates, links
from ats_sync.api.base import CONTEXT, OPTIONAL, PROVIDER, AtsResource
from ats_sync.api.fields import (
    FieldRefused,
    FilledText,
    LooseId,
    Millis,
    ShortText,
    Text,
    check_order,
    email,
    millis,
    moment,
    person_id,
    web_address,
)
from ats_sync.candidates import CandidateRecord
from ats_sync.links import Matched
from ats_sync.models import Ats, Candidate
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey
from rsc import urns

CANDIDATE_KEY = ComplexKey(
    "atsCandidateId",
    PROVIDER,
    CONTEXT,
    optional=OPTIONAL,
    spellings={"rest": {"atsCandidateId": "externalCandidateId"}},
)
MANUAL = "manualMatchedMember"


class Phone(msgspec.Struct):
    number: LooseId
    extension: LooseId | None = None

    def plain(self) -> dict[str, str]:
        number = {"number": str(self.number)}
        return number if self.extension is None else number | {"extension": str(self.extension)}


class Address(msgspec.Struct, rename="camel", omit_defaults=True):
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    geographic_area: Text | None = None
    geographic_area_type: Text | None = None
    postal_code: LooseId | None = None
    country: Text | None = None


class CandidateEntity(msgspec.Struct, rename="camel"):
    first_name: FilledText
    ats_created_at: Millis
    ats_last_modified_at: Millis
    external_profile_url: str
    email_addresses: list[str] | None = None
    last_name: Text | None = None
    middle_initial: ShortText | None = None
    prefix: ShortText | None = None
    suffix: ShortText | None = None
    phone_numbers: list[Phone] | None = None
    addresses: list[Address] | None = None
    current_company_name: Text | None = None
    current_job_title: Text | None = None
    member_profile_url: str | None = msgspec.field(name="linkedInProfileUrl", default=None)
    do_not_contact: bool | None = None
    manual_matched_member: str | None = None

    def record(self, name: str) -> CandidateRecord:
        """Ours; an address is needed, unless a person says who this is."""
        if self.email_addresses is None and not self.manual_matched_member:
            raise FieldRefused("emailAddresses", f"field is required unless {MANUAL} is set")
        check_order(self.ats_created_at, self.ats_last_modified_at)
        url = web_address("externalProfileUrl", self.external_profile_url)
        if not url:
            raise FieldRefused("externalProfileUrl", "must not be empty")
        return CandidateRecord(
            external_id=name,
            first_name=self.first_name,
            last_name=self.last_name or "",
            middle_initial=self.middle_initial or "",
            prefix=self.prefix or "",
            suffix=self.suffix or "",
            emails=[
                email(f"emailAddresses/{place}", address)
                for place, address in enumerate(self.email_addresses or [])
            ],
            phones=[phone.plain() for phone in self.phone_numbers or []],
            addresses=msgspec.to_builtins(self.addresses or []),
            current_company=self.current_company_name or "",
            current_title=self.current_job_title or "",
            profile_url=url,
            member_profile_url=web_address("linkedInProfileUrl", self.member_profile_url or ""),
            do_not_contact=bool(self.do_not_contact),
            external_created_at=moment(self.ats_created_at),
            external_modified_at=moment(self.ats_last_modified_at),
            member=self._member(),
        )

    def _member(self) -> str:
        return person_id(MANUAL, self.manual_matched_member) if self.manual_matched_member else ""


class Candidates(AtsResource):
    """Candidates: replaced whole, read with their matches, linked, deleted."""

    resource = "atsCandidates"
    names = {"rest": "candidates"}
    key = CANDIDATE_KEY
    renames = {
        "rest": {
            "atsCreatedAt": "externalCreatedAt",
            "atsLastModifiedAt": "externalLastModifiedAt",
        }
    }

    def batch_update(self, items: list[Item]) -> None:
        """Replace candidates whole; a manual link stays unless the record names another."""
        self.store(items, CandidateEntity, external_id, candidates.upsert)

    def batch_get(self, items: list[Item]) -> None:
        """All that is stored, and whom each candidate was matched to. Two queries per ATS."""
        for ats, group in self.by_ats(items):
            stored = self._stored(ats, group)
            matches = links.members_of([candidate.pk for candidate in stored.values()])
            for item in group:
                if candidate := stored.get(external_id(item)):
                    item.found(self.spell(_entity(candidate) | _matches(matches[candidate.pk])))

    def batch_partial_update(self, items: list[Item]) -> None:
        """Attach or detach a person; other fields are changed too."""
        for ats, group in self.by_ats(items):
            stored = self._stored(ats, group)
            for item in group:
                if external_id(item) not in stored:
                    item.fail(404, f"No entity has the key {self.label(item)}")
            known = [item for item in group if item.error is None]
            self._change_fields(ats, known, stored)
            self._change_links(ats, [item for item in known if item.error is None])

    def batch_delete(self, items: list[Item]) -> None:
        """Delete candidates; their notes and matches go, their applications wait for them."""
        self.drop(items, external_id, candidates.delete)

    def _stored(self, ats: Ats, items: Iterable[Item]) -> dict[str, Candidate]:
        names = [external_id(item) for item in items]
        found = Candidate.objects.filter(ats=ats, external_id__in=names)
        return {candidate.external_id: candidate for candidate in found}

    def _change_fields(self, ats: Ats, items: list[Item], stored: dict[str, Candidate]) -> None:
        records = []
        for item in items:
            changes = self._canonical(item)
            if not changes.keys() - {MANUAL}:
                continue
            entity = _entity(stored[external_id(item)]) | changes
            entity.pop(MANUAL, None)
            item.raw = msgspec.json.encode(
                {name: value for name, value in entity.items() if value is not None}
            )
            if record := self.read(item, CandidateEntity, external_id(item)):
                records.append(record)
        if records:
            candidates.upsert(ats, records)

    def _change_links(self, ats: Ats, items: list[Item]) -> None:
        wanted = {external_id(item): self._wanted_person(item) for item in items}
        attached = {name: person for name, person in wanted.items() if person}
        detached = [name for name, person in wanted.items() if person == ""]
        if detached:
            candidates.detach_member(ats, detached)
        if not attached:
            return
        _, strangers = candidates.attach_member(ats, attached)
        for item in items:
            if external_id(item) in strangers:
                item.fail(400, f"/{MANUAL} :: there is no such person")

    def _wanted_person(self, item: Item) -> str | None:
        """Whom a patch attaches: a public id, empty to detach, None when it says nothing."""
        changes = self._canonical(item)
        if MANUAL not in changes:
            return None
        if changes[MANUAL] is None:
            return ""
        try:
            return person_id(MANUAL, str(changes[MANUAL]))
        except FieldRefused as refusal:
            self.refuse(item, refusal)
            return None

    def _canonical(self, item: Item) -> dict[str, Any]:
        """A patch as field -> new value, None for a field to clear."""
        changes = dict.fromkeys(item.patch.delete) | item.patch.set
        return {self.aliases.get(name, name): value for name, value in changes.items()}


def external_id(item: Item) -> str:
    """The candidate's id in its ATS."""
    return item.key["atsCandidateId"]


def _entity(candidate: Candidate) -> dict[str, Any]:
    fields = {
        "firstName": candidate.first_name,
        "lastName": candidate.last_name,
        "middleInitial": candidate.middle_initial,
        "prefix": candidate.prefix,
        "suffix": candidate.suffix,
        "currentCompanyName": candidate.current_company,
        "currentJobTitle": candidate.current_title,
        "externalProfileUrl": candidate.profile_url,
        "linkedInProfileUrl": candidate.member_profile_url,
    }
    return {name: value for name, value in fields.items() if value} | {
        "emailAddresses": candidate.emails,
        "phoneNumbers": candidate.phones,
        "addresses": candidate.addresses,
        "doNotContact": candidate.do_not_contact,
        "atsCreatedAt": millis(candidate.external_created_at),
        "atsLastModifiedAt": millis(candidate.external_modified_at),
    }


def _matches(matched: Matched) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "matchedMembers": [str(urns.Urn(urns.PERSON, member)) for member in matched.by_rule]
    }
    if matched.by_hand:
        entity[MANUAL] = str(urns.Urn(urns.PERSON, matched.by_hand))
    return entity
