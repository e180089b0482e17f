"""Module 2: data from the ATS."""

from __future__ import annotations

from ats_sync.certify import samples, steps
from ats_sync.certify.rehearsal import Rehearsal, expect, expect_each, one_result, rule
from ats_sync.certify.samples import APPLICATIONS, CANDIDATES, STAMP
from ats_sync.certify.vendor import answered

FULL_BATCH = 100


@rule("RSC-201", "Historical jobs")
def historical_jobs(run: Rehearsal) -> str:
    for name in ("hist-1", "hist-2"):
        steps.take_job(run, name)
    steps.take_job(run, "hist-1", title="Rehearsal Engineer, changed")
    response = run.vendor.get("/v2/jobPostingStatus", [run.id("hist-1"), run.id("hist-2")])
    listed = [one["listingStatus"] for one in answered(response).get("results", {}).values()]
    expect(listed == ["LISTED", "LISTED"], f"two listed requisitions expected, {listed} came")
    return "taken, changed and listed; their names stand in the export list"


@rule("RSC-202", "Historical candidates")
def historical_candidates(run: Rehearsal) -> str:
    keys = [run.candidate(f"hist-{number}") for number in range(FULL_BATCH)]
    entity = samples.candidate(run, "hist")
    expect_each(run.vendor.put(CANDIDATES, keys, entity), 204, "a full batch")
    expect_each(run.vendor.put(CANDIDATES, keys, entity), 204, "the same batch again")
    found = answered(run.vendor.get(CANDIDATES, keys[:10])).get("results", {})
    expect(len(found) == 10, f"10 candidates expected, {len(found)} came")
    return f"{FULL_BATCH} in one call, twice without harm"


@rule("RSC-203", "Historical applications, with all that hangs on them")
def historical_applications(run: Rehearsal) -> str:
    steps.take_job(run, "app-job")
    steps.put_children(run, "early")  # before the application and its candidate exist
    steps.put_application(run, "early", "app-person", "app-job")
    steps.put_candidate(run, "app-person")
    steps.put_children(run, "early")
    entity = one_result(run.vendor.get(APPLICATIONS, [run.application("early")]))
    expect(entity["atsJobPostingId"] == run.id("app-job"), "the application lost its requisition")
    return "notes, stages and feedback are kept, also when they come before their application"


@rule("RSC-204", "New candidate, unique values")
def new_candidate(run: Rehearsal) -> str:
    steps.put_candidate(run, "unique")
    sent = samples.candidate(run, "unique")
    entity = one_result(run.vendor.get(CANDIDATES, [run.candidate("unique")]))
    changed = [name for name, value in sent.items() if entity.get(name) != value]
    expect(not changed, f"not read back as sent: {', '.join(changed)}")
    expect("matchedMembers" in entity, "the match cannot be read")
    return f"all {len(sent)} fields read back as sent; the match can be read"


@rule("RSC-205", "A changed candidate (older test case 4)")
def changed_candidate(run: Rehearsal) -> str:
    steps.put_candidate(run, "changed")
    steps.put_candidate(run, "changed", currentJobTitle="Director", atsLastModifiedAt=STAMP + 2)
    steps.put_candidate(run, "changed", currentJobTitle="Too old", atsLastModifiedAt=STAMP + 1)
    entity = one_result(run.vendor.get(CANDIDATES, [run.candidate("changed")]))
    expect(entity["currentJobTitle"] == "Director", f"it says {entity['currentJobTitle']!r}")
    return "the newest value stands; an older version does not overwrite it"


@rule("RSC-206", "Errors are told record by record (older test case 5)")
def errors_by_record(run: Rehearsal) -> str:
    good, bad = run.candidate("good"), run.candidate("bad")
    entity = samples.candidate(run, "good")
    broken = {name: value for name, value in entity.items() if name != "firstName"}
    response = run.vendor.put_each(CANDIDATES, [(good, entity), (bad, broken)])
    body = answered(response)
    expect(response.status_code == 200, f"the whole batch was refused: {response.status_code}")
    errors = list(body.get("errors", {}).values())
    expect(len(errors) == 1 and len(body["results"]) == 1, "one of two must be refused")
    expect(errors[0]["status"] == 400, f"400 expected, {errors[0]} came")
    expect("firstName" in errors[0]["message"], "the refusal does not name the field")
    one_result(run.vendor.get(CANDIDATES, [good]))
    return "the bad record is refused by field, its neighbour is stored"
