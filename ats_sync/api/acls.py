"""`atsEntityAcls` and `atsEntityAclAssignees`, on /rest without `ats` (contract.md 11)."""

from __future__ import annotations

from ats_sync import acls
from ats_sync.acls import Assignment, SecuredEntity
from ats_sync.api.base import CONTEXT, OPTIONAL, PROVIDER, AtsResource, company_in
from ats_sync.api.fields import FieldRefused, person_id
from ats_sync.api.rights import Right
from ats_sync.models import Ats, EntityAcl, EntityAclAssignee
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from rsc import urns

_RENAMES = {
    "atsEntityAclId": "entityAclId",
    "atsEntityType": "entityType",
    "atsEntityId": "entityId",
}


class AclResource(AtsResource):
    """What both resources share: keys without a record, and finders by parts of the key."""

    right = Right.READY
    renames = {"rest": _RENAMES}

    def good(self, items: list[Item]) -> list[Item]:
        """The items whose type can be secured and whose assignee is a person."""
        for item in items:
            try:
                self.check(item)
            except FieldRefused as refusal:
                self.refuse(item, refusal)
        return [item for item in items if item.error is None]

    def check(self, item: Item) -> None:
        """Raises FieldRefused."""
        if item.key["atsEntityType"] not in EntityAcl.EntityType.values:
            allowed = ", ".join(EntityAcl.EntityType.values)
            raise FieldRefused("atsEntityType", f"must be {allowed}")

    def asked(self, query: Query, name: str) -> str | None:
        """A parameter of a finder under either name."""
        return query.text(name) or query.text(_RENAMES.get(name, name))

    def ats_asked(self, query: Query) -> Ats:
        """The ATS that a finder's context names; raises a RestliError of 400 or 403."""
        company = company_in(query.required(CONTEXT))
        self.grant({company})
        return self.atss[company]

    def page(self, query: Query, rows: list[dict[str, str]]) -> Page:
        return Page([self.spell(row) for row in rows])


class EntityAcls(AclResource):
    """Ties requisitions to ACL ids; the id PUBLIC opens one to everybody."""

    resource = "atsEntityAcls"
    names = {"rest": "entityAcls"}
    key = ComplexKey(
        "atsEntityAclId",
        PROVIDER,
        CONTEXT,
        "atsEntityType",
        "atsEntityId",
        optional=OPTIONAL,
        spellings={"rest": _RENAMES},
    )

    def batch_update(self, items: list[Item]) -> None:
        """Tie them; there is nothing to replace."""
        for ats, group in self.by_ats(self.good(items)):
            acls.upsert(ats, [_secured(item) for item in group])

    def batch_delete(self, items: list[Item]) -> None:
        """Untie them."""
        self.drop(self.good(items), _secured, acls.delete)

    @finder("criteria")
    def by_criteria(self, query: Query) -> Page:
        """The ACLs of one entity, or all of the context. One query for a page."""
        found = EntityAcl.objects.filter(ats=self.ats_asked(query))
        wanted = {
            "entity_id": self.asked(query, "atsEntityId"),
            "entity_type": self.asked(query, "atsEntityType"),
            "acl_id": self.asked(query, "atsEntityAclId"),
        }
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        rows = found.order_by("pk")[query.start : query.start + query.count]
        context = query.required(CONTEXT)
        return self.page(
            query,
            [
                {
                    "atsEntityAclId": acl.acl_id,
                    "atsEntityType": acl.entity_type,
                    "atsEntityId": acl.entity_id,
                    CONTEXT: context,
                }
                for acl in rows
            ],
        )


class EntityAclAssignees(AclResource):
    """Puts persons into ACL ids."""

    resource = "atsEntityAclAssignees"
    names = {"rest": "entityAclAssignees"}
    key = ComplexKey(
        "atsEntityAclId",
        PROVIDER,
        CONTEXT,
        "atsEntityType",
        "assignee",
        optional=OPTIONAL,
        spellings={"rest": _RENAMES},
    )

    def batch_update(self, items: list[Item]) -> None:
        """Put them in; there is nothing to replace."""
        for ats, group in self.by_ats(self.good(items)):
            refused = acls.upsert_assignees(ats, [_assignment(item) for item in group])
            for item in group:
                if _assignment(item) in refused:
                    why = f"is in {acls.MOST_ACLS} ACLs already, which is the most"
                    self.refuse(item, FieldRefused("assignee", why))

    def batch_delete(self, items: list[Item]) -> None:
        """Take them out; they see less from their next request on."""
        self.drop(self.good(items), _assignment, acls.delete_assignees)

    def check(self, item: Item) -> None:
        """Raises FieldRefused."""
        super().check(item)
        person_id("assignee", item.key["assignee"])

    @finder("criteria")
    def by_criteria(self, query: Query) -> Page:
        """The ACLs of one person, or the persons of one ACL. One query for a page."""
        found = EntityAclAssignee.objects.filter(ats=self.ats_asked(query))
        if assignee := query.text("assignee"):
            found = found.filter(person_id=_person(assignee))
        if acl_id := self.asked(query, "atsEntityAclId"):
            found = found.filter(acl_id=acl_id)
        rows = found.order_by("pk")[query.start : query.start + query.count]
        context = query.required(CONTEXT)
        return self.page(
            query,
            [
                {
                    "atsEntityAclId": one.acl_id,
                    "atsEntityType": one.entity_type,
                    "assignee": str(urns.Urn(urns.PERSON, one.person_id)),
                    CONTEXT: context,
                }
                for one in rows
            ],
        )


def _person(text: str) -> str:
    try:
        return person_id("assignee", text)
    except FieldRefused as refusal:
        raise RestliError(400, str(refusal)) from refusal


def _secured(item: Item) -> SecuredEntity:
    key = item.key
    return SecuredEntity(key["atsEntityAclId"], key["atsEntityId"], key["atsEntityType"])


def _assignment(item: Item) -> Assignment:
    key = item.key
    person = person_id("assignee", key["assignee"])
    return Assignment(key["atsEntityAclId"], person, key["atsEntityType"])
