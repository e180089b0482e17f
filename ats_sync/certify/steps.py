"""Steps that several rules take."""

from __future__ import annotations

from typing import Any

import httpx

from ats_sync.certify import samples
from ats_sync.certify.rehearsal import Rehearsal, expect, expect_each, expect_status
from ats_sync.certify.samples import APPLICATIONS, CANDIDATES
from ats_sync.certify.vendor import Key, answered, spelled

CHILDREN = {"notes": samples.note, "stages": samples.stage, "interviewFeedback": samples.feedback}


def submit(run: Rehearsal, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Submit requisitions; returns the answer's elements."""
    response = run.vendor.call(
        "POST", "/v2/simpleJobPostings", {"elements": list(jobs)}, X_RestLi_Method="batch_create"
    )
    expect_status(response, 200, "submitting requisitions")
    return list(answered(response).get("elements", []))


def take_job(run: Rehearsal, name: str, **more: Any) -> None:
    """Submit a requisition and see that its task succeeded."""
    (element,) = submit(run, samples.job(run, name, **more))
    expect(element.get("status") == 202, f"requisition: 202 expected, {element} came")
    response = run.vendor.get("/v2/simpleJobPostingTasks", [str(element["id"])])
    results = list(answered(response).get("results", {}).values())
    states = [one.get("status") for one in results]
    expect(states == ["SUCCEEDED"], f"task: SUCCEEDED expected, {states} came")


def put_candidate(run: Rehearsal, name: str, **more: Any) -> None:
    """Store a candidate."""
    entity = samples.candidate(run, name, **more)
    response = run.vendor.put(CANDIDATES, [run.candidate(name)], entity)
    expect_each(response, 204, "storing a candidate")


def put_application(run: Rehearsal, name: str, candidate: str, job: str, **more: Any) -> None:
    """Store an application."""
    entity = samples.application(run, candidate, job, **more)
    response = run.vendor.put(APPLICATIONS, [run.application(name)], entity)
    expect_each(response, 204, "storing an application")


def below(parent: dict[str, str], kind: str, resource: str = APPLICATIONS) -> str:
    """The path of a kind of children of a record."""
    return f"{resource}/{spelled(parent)}/{kind}"


def put_children(run: Rehearsal, application: str) -> None:
    """Store a note, a stage and feedback below an application."""
    for kind, sample in CHILDREN.items():
        path = below(run.application(application), kind)
        expect_each(run.vendor.put(path, [run.id(kind)], sample()), 204, f"storing {kind}")


def delete_twice(run: Rehearsal, path: str, key: Key, what: str) -> None:
    """Delete a record; a second time it must be gone."""
    expect_each(run.vendor.delete(path, [key]), 204, f"deleting {what}")
    expect_gone(run.vendor.delete(path, [key]), f"deleting {what} again")


def expect_gone(response: httpx.Response, what: str) -> None:
    """Raises Failed unless the only record is said not to exist."""
    expect_each(response, 404, what)


def expect_absent(run: Rehearsal, path: str, key: Key, what: str) -> None:
    """Raises Failed unless reading finds nothing."""
    body = answered(run.vendor.get(path, [key]))
    expect(not body.get("results"), f"{what} can still be read")
