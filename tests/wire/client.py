"""A vendor's program: sends batches with a token, as the wire wants them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.test import Client

from ats_sync import access_tokens
from ats_sync.models import Ats, DeveloperApplication

SOME_TIME = 1_773_230_400_000
CANDIDATE = {
    "firstName": "Mae",
    "lastName": "Norris",
    "emailAddresses": ["mnorris@gmail.com"],
    "phoneNumbers": [{"number": "+1 555 0100", "extension": "7"}],
    "addresses": [{"line1": "1 Main St", "city": "Chicago", "country": "us"}],
    "atsCreatedAt": SOME_TIME,
    "atsLastModifiedAt": SOME_TIME,
    "externalProfileUrl": "https://ats.acme.test/c/1",
    "linkedInProfileUrl": "https://people.test/in/mae",
    "currentCompanyName": "Freshing",
    "currentJobTitle": "Account Manager",
    "doNotContact": False,
}
APPLICATION = {
    "atsCandidateId": "C",
    "atsJobPostingId": "REQ-1",
    "atsJobPostingName": "Account Manager",
    "candidateEmail": "mnorris@gmail.com",
    "firstName": "Mae",
    "lastName": "Norris",
    "atsCreatedAt": SOME_TIME,
    "atsLastModifiedAt": SOME_TIME,
    "source": "Referral",
    "dispositionReason": "",
    "accessRestricted": False,
}
JOB_POSTING = {
    "externalJobPostingId": "REQ-1",
    "title": "Account Manager",
    "description": "Sells.",
    "location": "Chicago",
    "availability": "PRIVATE_TO_ATS_INTEGRATION",
    "state": "LISTED",
    "listedAt": 1_473_064_200_000,
    "companyApplyUrl": "https://ats.acme.test/j/1",
    "accessRestricted": True,
    "companyJobCode": "JX-1",
    "workplaceTypes": ["remote"],
    "compensation": {"compensations": []},
}


class Vendor:
    """One application's calls in one company's context."""

    def __init__(self, ats: Ats, application: DeveloperApplication | None = None) -> None:
        token = access_tokens.issue(application or ats.application)
        self.context = str(ats.company.urn)
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(self, method: str, target: str, body: Any = None, **headers: str):
        text = "" if body is None else json.dumps(body)
        return self.client.generic(
            method, target, text, content_type="application/json", headers=headers, RAW_URI=target
        )

    def key(self, part: str, name: str) -> str:
        return f"{part}={quote(name, safe='')}&integrationContext={self.context}"

    def put(self, resource: str, part: str, entities: dict[str, Any]):
        """Replace records of a resource whose key has this part."""
        query = "&".join(
            f"ids[{place}].{part}={quote(name, safe='')}"
            f"&ids[{place}].integrationContext={self.context}"
            for place, name in enumerate(entities)
        )
        body = {"entities": {self.key(part, name): value for name, value in entities.items()}}
        return self.call("PUT", f"/v2/{resource}?{query}", body)

    def put_candidates(self, *names: str):
        return self.put("atsCandidates", "atsCandidateId", dict.fromkeys(names, CANDIDATE))

    def put_child(self, kind: str, entity: Any):
        parent = self.key("atsJobApplicationId", "APP-1")
        return self.call(
            "PUT", f"/v2/atsApplications/{parent}/{kind}?ids=X", {"entities": {"X": entity}}
        )

    def submit(self, *elements: Any):
        """Submit requisitions in this company's context."""
        sent = [
            {"integrationContext": self.context, **element}
            if isinstance(element, dict)
            else element
            for element in elements
        ]
        headers = {"X-RestLi-Method": "batch_create"}
        return self.call("POST", "/v2/simpleJobPostings", {"elements": sent}, **headers)
