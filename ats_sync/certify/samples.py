"""Records that the rehearsal sends: invented people, named so that anybody sees what they are."""

from __future__ import annotations

import time
from typing import Any

from ats_sync.certify.rehearsal import Rehearsal

APPLICATIONS = "/v2/atsApplications"
CANDIDATES = "/v2/atsCandidates"
STAMP = int(time.time() * 1000) - 3_600_000  # an hour ago, in milliseconds
AUTHOR = {"firstName": "Rehearsal", "lastName": "Author"}


def candidate(run: Rehearsal, name: str, **more: Any) -> dict[str, Any]:
    """A candidate with a value of its own in every field."""
    own = run.id(name)
    return {
        "firstName": "Rehearsal",
        "lastName": own,
        "middleInitial": "R",
        "emailAddresses": [f"{own}@rehearsal.example"],
        "phoneNumbers": [{"number": "+1 555 0100"}],
        "addresses": [{"line1": f"1 {own} St", "city": "Chicago", "country": "us"}],
        "currentCompanyName": f"Company of {own}",
        "currentJobTitle": f"Title of {own}",
        "externalProfileUrl": f"https://ats.example/candidates/{own}",
        "atsCreatedAt": STAMP,
        "atsLastModifiedAt": STAMP,
        **more,
    }


def application(run: Rehearsal, candidate_name: str, job: str, **more: Any) -> dict[str, Any]:
    """An application of a candidate of this run for a requisition of this run."""
    return {
        "atsCandidateId": run.id(candidate_name),
        "atsJobPostingId": run.id(job),
        "atsJobPostingName": "Rehearsal Engineer",
        "firstName": "Rehearsal",
        "lastName": run.id(candidate_name),
        "atsCreatedAt": STAMP,
        "atsLastModifiedAt": STAMP,
        "source": "Rehearsal",
        **more,
    }


def job(run: Rehearsal, name: str, **more: Any) -> dict[str, Any]:
    """A requisition that only the customer's recruiters see."""
    return {
        "integrationContext": run.organization,
        "externalJobPostingId": run.id(name),
        "title": "Rehearsal Engineer",
        "description": "An invented requisition of a rehearsal. "
        * 3,  # public ones need 100 letters
        "location": "Chicago, Illinois",
        "availability": "PRIVATE_TO_ATS_INTEGRATION",
        "state": "LISTED",
        "listedAt": STAMP,
        "companyApplyUrl": "https://ats.example/apply",
        **more,
    }


def note() -> dict[str, Any]:
    """A note."""
    return {
        "note": "A note of the rehearsal.",
        "author": AUTHOR,
        "atsCreatedAt": STAMP,
        "atsLastModifiedAt": STAMP,
    }


def stage() -> dict[str, Any]:
    """A stage."""
    return {"stage": "Phone screen", "atsCreatedAt": STAMP}


def feedback() -> dict[str, Any]:
    """Interview feedback."""
    return {
        "atsCreatedAt": STAMP,
        "interviewer": AUTHOR,
        "evaluations": [{"attribute": "Skill", "result": "Good"}],
        "feedback": "Feedback of the rehearsal.",
        "interviewType": "ONSITE",
    }
