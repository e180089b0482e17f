"""Module 5: deletion."""

from __future__ import annotations

from ats_sync.certify import samples, steps
from ats_sync.certify.rehearsal import (
    Rehearsal,
    expect,
    expect_each,
    expect_status,
    one_result,
    rule,
)
from ats_sync.certify.samples import APPLICATIONS, CANDIDATES


@rule("RSC-501", "A candidate's notes, then the candidate")
def notes_then_candidate(run: Rehearsal) -> str:
    steps.put_candidate(run, "del-1")
    path = steps.below(run.candidate("del-1"), "notes", CANDIDATES)
    expect_each(run.vendor.put(path, [run.id("note")], samples.note()), 204, "storing a note")
    steps.delete_twice(run, path, run.id("note"), "a note")
    steps.delete_twice(run, CANDIDATES, run.candidate("del-1"), "a candidate")
    steps.expect_absent(run, CANDIDATES, run.candidate("del-1"), "the candidate")
    return "first the note, then the candidate; a second deletion is a 404 of that record"


@rule("RSC-502", "A whole candidate")
def whole_candidate(run: Rehearsal) -> str:
    steps.put_candidate(run, "del-2")
    steps.put_application(run, "del-2", "del-2", "job")
    path = steps.below(run.candidate("del-2"), "notes", CANDIDATES)
    expect_each(run.vendor.put(path, [run.id("note")], samples.note()), 204, "storing a note")
    expect_each(run.vendor.delete(CANDIDATES, [run.candidate("del-2")]), 204, "deleting")
    steps.expect_absent(run, CANDIDATES, run.candidate("del-2"), "the candidate")
    steps.expect_gone(run.vendor.delete(path, [run.id("note")]), "its note")
    one_result(run.vendor.get(APPLICATIONS, [run.application("del-2")]))
    return "its notes went along; its application waits for it"


@rule("RSC-503", "Parts of an application")
def parts_of_application(run: Rehearsal) -> str:
    steps.put_application(run, "del-3", "del-3", "job")
    steps.put_children(run, "del-3")
    for kind in steps.CHILDREN:
        path = steps.below(run.application("del-3"), kind)
        steps.delete_twice(run, path, run.id(kind), kind)
    one_result(run.vendor.get(APPLICATIONS, [run.application("del-3")]))
    steps.delete_twice(run, APPLICATIONS, run.application("del-3"), "the application")
    return "notes, stages, feedback, each alone; then the application"


@rule("RSC-504", "A whole application")
def whole_application(run: Rehearsal) -> str:
    steps.put_application(run, "del-4", "del-4", "job")
    steps.put_children(run, "del-4")
    key = run.application("del-4")
    expect_each(run.vendor.delete(APPLICATIONS, [key]), 204, "deleting an application")
    for kind in steps.CHILDREN:
        gone = run.vendor.delete(steps.below(key, kind), [run.id(kind)])
        steps.expect_gone(gone, f"its {kind}")
    return "its notes, stages and feedback went along"


@rule("RSC-505", "The versioned API")
def versioned_api(run: Rehearsal) -> str:
    steps.put_candidate(run, "both")
    key = {
        "externalCandidateId": run.id("both"),
        "integrationContext": run.organization,
    }
    new = one_result(run.vendor.get("/rest/candidates", [key]))
    old = one_result(run.vendor.get(CANDIDATES, [run.candidate("both")]))
    for name in ("CreatedAt", "LastModifiedAt"):
        old[f"external{name}"] = old.pop(f"ats{name}")
    expect(new == old, "the two surfaces do not read the same")
    unversioned = run.vendor.call("GET", "/rest/candidates", LinkedIn_Version="")
    expect_status(unversioned, 400, "no version")
    unknown = run.vendor.call("GET", "/rest/candidates", LinkedIn_Version="209912")
    expect_status(unknown, 426, "an unknown version")
    expect_each(run.vendor.delete("/rest/candidates", [key]), 204, "deleting on /rest")
    steps.expect_absent(run, CANDIDATES, run.candidate("both"), "the candidate on /v2")
    return "written on one surface, read and deleted on the other; versions are checked"
