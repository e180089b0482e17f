"""Module 4: who may see which requisitions. What people then see is looked at in the pages."""

from __future__ import annotations

from ats_sync.certify import steps
from ats_sync.certify.rehearsal import Rehearsal, expect, expect_each, expect_status, rule
from ats_sync.certify.vendor import answered

ACLS = "/rest/entityAcls"
ASSIGNEES = "/rest/entityAclAssignees"
# Of nobody, unless the contract lets us read its seats.
STRANGER = "urn:li:person:Rehearsal00"
JOB = "acl-job"


def acl(run: Rehearsal) -> dict[str, str]:
    """The key that ties this run's requisition to this run's ACL."""
    return {
        "entityAclId": run.id("acl"),
        "integrationContext": run.organization,
        "entityType": "JOB_POSTING",
        "entityId": run.id(JOB),
    }


def assignee(run: Rehearsal) -> dict[str, str]:
    """The key that puts a person into this run's ACL."""
    return {
        "entityAclId": run.id("acl"),
        "integrationContext": run.organization,
        "entityType": "JOB_POSTING",
        "assignee": _person(run),
    }


def _person(run: Rehearsal) -> str:
    target = f"/v2/seatsV2?q=attributes&contracts={run.contract}&start=0"
    seats = answered(run.vendor.call("GET", target)).get("elements", [])
    return str(seats[0]["member"]) if seats else STRANGER


def assigned(run: Rehearsal) -> list[str]:
    """Who is in this run's ACL, as the server tells."""
    target = (
        f"{ASSIGNEES}?q=criteria&integrationContext={run.organization}&entityAclId={run.id('acl')}"
    )
    response = run.vendor.call("GET", target)
    expect_status(response, 200, "reading who is assigned")
    return [one["assignee"] for one in answered(response).get("elements", [])]


def secure(run: Rehearsal) -> None:
    """A requisition, its ACL and one person in it."""
    steps.take_job(run, JOB, accessRestricted=True)
    expect_each(run.vendor.put(ACLS, [acl(run)], {}), 204, "tying a requisition to an ACL")
    expect_each(run.vendor.put(ASSIGNEES, [assignee(run)], {}), 204, "assigning a person")


@rule("RSC-401", "A secured job at export")
def secured_job(run: Rehearsal) -> str:
    secure(run)
    target = f"{ACLS}?q=criteria&integrationContext={run.organization}&entityId={run.id(JOB)}"
    found = answered(run.vendor.call("GET", target)).get("elements", [])
    expect([one["entityAclId"] for one in found] == [run.id("acl")], f"ACLs: {found}")
    expect(assigned(run) == [assignee(run)["assignee"]], "the person is not assigned")
    return "requisition, ACL and person are tied; look at the export list as both people"


@rule("RSC-402", "A secured job in the indicator")
def secured_application(run: Rehearsal) -> str:
    secure(run)
    steps.put_candidate(run, "secured")
    steps.put_application(run, "secured", "secured", JOB)
    steps.put_children(run, "secured")
    return "an application with notes and stages is on it; look at the indicator as both people"


@rule("RSC-403", "Remove a person")
def remove_person(run: Rehearsal) -> str:
    secure(run)
    steps.delete_twice(run, ASSIGNEES, assignee(run), "an assignment")
    expect(not assigned(run), "the person is still assigned")
    return "gone from the next request on; a second removal is a 404 of that record"


@rule("RSC-404", "Add the person back")
def add_person_back(run: Rehearsal) -> str:
    secure(run)
    expect_each(run.vendor.delete(ASSIGNEES, [assignee(run)]), 204, "removing")
    for _ in range(2):
        expect_each(run.vendor.put(ASSIGNEES, [assignee(run)], {}), 204, "adding back")
    expect(assigned(run) == [assignee(run)["assignee"]], "the person is not assigned once")
    return "back without any requisition sent again; twice does no harm"
