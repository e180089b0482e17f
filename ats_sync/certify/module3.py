"""Module 3: data for the ATS. Exports begin with a person's click, for which the rules wait."""

from __future__ import annotations

from typing import Any

from ats_sync.certify import samples, steps
from ats_sync.certify.callback import Callback
from ats_sync.certify.rehearsal import (
    NotPossible,
    Rehearsal,
    expect,
    expect_each,
    expect_status,
    one_result,
    rule,
)
from ats_sync.certify.samples import CANDIDATES, STAMP
from ats_sync.certify.vendor import answered

EXPORT = "EXPORT_CANDIDATE_PROFILE"
STUB = frozenset(
    {
        "firstName", "lastName", "headline", "location", "currentEmployerNames",
        "currentJobTitle", "profileUrl", "member", "exportedBy", "exportedAt", "atsCandidateId",
    }
)  # fmt: skip
CONTACT = frozenset({"emailAddress", "phoneNumber"})  # only with the member's consent
FORBIDDEN = 403
WIDGET = "/widget/v1"
FRAME = f"{WIDGET}/frame"


def _callback(run: Rehearsal) -> Callback:
    if run.callback is None:
        raise NotPossible("needs an address that the server reaches: --callback-url")
    return run.callback


def _exported(run: Rehearsal) -> list[dict[str, Any]]:
    """The exports that were announced to us; waits for a recruiter to make one."""
    callback = _callback(run)

    def requests() -> list[str]:
        return [one["requestId"] for one in callback.notices if one["eventType"] == EXPORT]

    if not run.until(lambda: bool(requests())):
        raise NotPossible("no recruiter exported a member while we waited (--wait)")
    found = []
    for request in requests():
        read = run.vendor.call("GET", f"/v2/exportedCandidates?q=request&requestId={request}")
        expect_status(read, 200, "reading an export")
        found += read.json()["elements"]
    return found


@rule("RSC-301", "Export a new candidate")
def export_new(run: Rehearsal) -> str:
    exports = _exported(run)
    expect(not _callback(run).forged, "a notice had a wrong signature")
    first = exports[0]
    expect(first["candidate"].get("member", "").startswith("urn:li:person:"), "no person URN")
    expect(first.get("externalJobPostingId"), "no requisition is named")
    strange = run.vendor.call("GET", "/v2/exportedCandidates?q=request&requestId=999999999")
    expect_status(strange, 404, "an invented request id")
    return f"{len(exports)} announced with a good signature, and fetched"


@rule("RSC-302", "Which fields come from where")
def fields_of_exports(run: Rehearsal) -> str:
    told = {name for one in _exported(run) for name in one["candidate"]}
    expect(told <= STUB | CONTACT, f"not documented: {', '.join(sorted(told - STUB - CONTACT))}")
    contact = ", ".join(sorted(told & CONTACT)) or "no contact details"
    return f"the documented fields only; {contact}"


@rule("RSC-303", "Export someone who is there already")
def export_known(run: Rehearsal) -> str:
    person = _exported(run)[0]["candidate"]["member"]
    steps.put_candidate(run, "exported", manualMatchedMember=person)
    entity = one_result(run.vendor.get(CANDIDATES, [run.candidate("exported")]))
    expect(entity.get("manualMatchedMember") == person, "the ATS's own link was not kept")
    again = _exported(run)[0]["candidate"]
    expect(again.get("atsCandidateId"), "the export does not tell the known candidate's id")
    return "the export tells which candidate this is, so that no duplicate is made"


@rule("RSC-304", "Manual link")
def manual_link(run: Rehearsal) -> str:
    person = run.member or _exported(run)[0]["candidate"]["member"]
    steps.put_candidate(run, "linked")
    key = run.candidate("linked")
    linked = run.vendor.patch(CANDIDATES, key, manualMatchedMember=person)
    expect_each(linked, 204, "linking")
    steps.put_candidate(run, "linked", atsLastModifiedAt=STAMP + 1)
    entity = one_result(run.vendor.get(CANDIDATES, [key]))
    expect(entity.get("manualMatchedMember") == person, "the link did not survive a re-sync")
    expect_each(run.vendor.patch(CANDIDATES, key, manualMatchedMember=None), 204, "unlinking")
    entity = one_result(run.vendor.get(CANDIDATES, [key]))
    expect("manualMatchedMember" not in entity, "the link is still there")
    return "linked, kept through a re-sync, unlinked"


@rule("RSC-305", "Signed in and out")
def signed_out(run: Rehearsal) -> str:
    steps.put_candidate(run, "widget")
    asked = {
        "api_key": run.vendor.client_id,
        "integration_context": run.organization,
        "ats_candidate_id": run.id("widget"),
    }
    stranger = run.vendor.http.get(FRAME, params=asked | {"api_key": "nobody-s-key"})
    expect_status(stranger, FORBIDDEN, "the widget for an unknown key")
    frame = run.vendor.http.get(FRAME, params=asked)
    if frame.status_code == FORBIDDEN:
        raise NotPossible("the application lists no script domains (validJsSdkDomains)")
    expect_status(frame, 200, "the widget")
    sample = samples.candidate(run, "widget")
    personal = [sample["emailAddresses"][0], sample["currentCompanyName"]]
    leaked = [text for text in personal if text in frame.text]
    expect(not leaked, "without a sign-in the frame holds what the candidate's record says")
    policy = frame.headers.get("Content-Security-Policy", "")
    ancestors = policy.partition("frame-ancestors ")[2].partition(";")[0].split()
    expect(ancestors, "no policy says whose pages may hold the frame")
    expect("*" not in ancestors, "any page may hold the frame")
    if "data-sign-in" not in frame.text:
        raise NotPossible("the customer has not switched on the profile widget")
    for path in ("content", "members", "link"):
        expect_status(run.vendor.http.post(f"{WIDGET}/{path}"), 401, f"{path} without a sign-in")
    return f"signed out: a sign-in panel, no personal data, held by {' and '.join(ancestors)} only"


def _activity(run: Rehearsal, target: str) -> list[dict[str, Any]]:
    response = run.vendor.call("GET", target)
    if response.status_code == FORBIDDEN:
        raise NotPossible("the contract has not switched on recruiter activity (CSA_API)")
    expect_status(response, 200, target.partition("?")[0])
    return list(answered(response).get("elements", []))


@rule("RSC-306", "InMail history (older test case 10)")
def inmail_history(run: Rehearsal) -> str:
    seats = _activity(run, f"/v2/seatsV2?q=attributes&contracts={run.contract}&start=0")
    expect(seats, "the contract has no seats")
    seat = f"urn:li:seat:{seats[0]['id']}"
    events = _activity(
        run, f"/v2/conversationEvents?q=criteria&viewer={seat}&timeRange.start={STAMP}"
    )
    return f"readable by seat; {len(events)} messages of the last hour"


@rule("RSC-307", "Notes history")
def notes_history(run: Rehearsal) -> str:
    notes = _activity(run, f"/v2/prospectNotes?q=criteria&contract={run.contract}")
    foreign = [one for one in notes if one["contract"] != run.contract]
    expect(not foreign, "notes of another contract came")
    return f"readable by contract; {len(notes)} notes on the first page"


@rule("RSC-308", "InMail stubs")
def inmail_stubs(run: Rehearsal) -> str:
    shared = _activity(run, f"/v2/mailStubs?q=contract&contract={run.contract}")
    bare = [one for one in shared if not one.keys() & CONTACT]
    expect(not bare, "a stub came without what the member agreed to share")
    return f"readable by contract; {len(shared)} people agreed to share"


@rule("RSC-309", "Closed profiles (older test case 13)")
def closed_profiles(run: Rehearsal) -> str:
    target = f"/v2/closedCandidateProfiles?q=criteria&integrationContext={run.organization}"
    closed = _activity(run, target)
    told = {name for one in closed for name in one}
    expect(told <= {"member", "closedAt", "exportedTo", "atsCandidateIds"}, "too much is told")
    return f"readable; {len(closed)} people left"
