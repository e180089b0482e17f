"""One element of `simpleJobPostings`, and what it asks for (contract.md 5.2)."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.utils.html import strip_tags

from ats_sync.api import limited_html
from ats_sync.api.base import CONTEXT, company_in
from ats_sync.api.fields import FieldRefused, LooseId, Millis, Text, moment, text_of, web_address
from ats_sync.job_postings import LISTED_FOR, JobPostingRecord, Operation
from ats_sync.models import JobPosting

MISSING = "field is required but not found and has no default value"
LONGEST_ID = 200
SHORTEST_DESCRIPTION = 100
# Clocks of vendors may be ahead of ours by this many milliseconds.
CLOCK_SKEW = 300_000
_OPERATIONS = {
    "CREATE": Operation.PUT,
    "UPDATE": Operation.PUT,
    "UPGRADE": Operation.PUT,
    "DOWNGRADE": Operation.PUT,
    "RENEW": Operation.RENEW,
    "CLOSE": Operation.CLOSE,
}
_WORKPLACES = {"on-site", "remote", "hybrid"}
# Kept as sent, since no page of ours shows them.
_KEPT = (
    "requisition_owner_email", "requisition_owner_first_name", "requisition_owner_last_name",
    "partner_requisition_id", "alternate_locations", "categories", "skills_description",
    "workplace_types", "industries", "employment_status", "experience_level",
    "tracking_pixel_url", "company_name", "company_page_url", "compensation", "listing_type",
    "contract", "poster_email", "show_poster_info", "onsite_apply_configuration",
)  # fmt: skip


class JobPostingEntity(msgspec.Struct, rename="camel"):
    """All fields are optional here, because a CLOSE needs next to none of them."""

    integration_context: str | None = None
    company: str | None = None
    external_job_posting_id: LooseId | None = None
    job_posting_operation_type: (
        Literal["CREATE", "UPDATE", "RENEW", "CLOSE", "UPGRADE", "DOWNGRADE"] | None
    ) = None
    state: Literal["LISTED", "CLOSED"] | None = None
    title: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    description: Annotated[str, msgspec.Meta(max_length=25_000)] | None = None
    location: Text | None = None
    country_code: Text | None = None
    postal_code: LooseId | None = None
    listed_at: Millis | None = None
    expire_at: Millis | None = None
    company_apply_url: str | None = None
    availability: Literal["PUBLIC", "PRIVATE_TO_ATS_INTEGRATION", "INTERNAL"] | None = None
    access_restricted: bool | None = None
    company_job_code: Text | None = None
    requisition_owner_email: Text | None = None
    requisition_owner_first_name: Text | None = None
    requisition_owner_last_name: Text | None = None
    partner_requisition_id: LooseId | None = None
    alternate_locations: Annotated[list[Text], msgspec.Meta(max_length=7)] | None = None
    categories: list[str] | None = None
    skills_description: Annotated[str, msgspec.Meta(max_length=4000)] | None = None
    workplace_types: list[str] | None = None
    industries: list[str] | None = None
    employment_status: Text | None = None
    experience_level: Text | None = None
    tracking_pixel_url: str | None = None
    company_name: Text | None = None
    company_page_url: str | None = None
    compensation: dict[str, Any] | None = None
    listing_type: Literal["BASIC", "PREMIUM"] | None = None
    contract: Text | None = None
    poster_email: Text | None = None
    show_poster_info: bool | None = None
    onsite_apply_configuration: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The ATS's own id, which every element needs."""
        name = text_of(self.external_job_posting_id)
        if not name:
            raise FieldRefused("externalJobPostingId", MISSING)
        if len(name) > LONGEST_ID:
            raise FieldRefused("externalJobPostingId", f"has more than {LONGEST_ID} characters")
        return name

    @property
    def company_id(self) -> int:
        """The organization, under either name; raises a RestliError of 400."""
        return company_in(self.integration_context or self.company or "")

    @property
    def private(self) -> bool:
        """INTERNAL is shown to nobody outside either; silence means private, too."""
        return self.availability != JobPosting.Availability.PUBLIC

    @property
    def operation(self) -> Operation:
        """What is asked for; the type wins over the state, and a bare CLOSED closes.

        A whole record that is CLOSED is history being told, so it is stored, known or not.
        """
        if self.job_posting_operation_type:
            return _OPERATIONS[self.job_posting_operation_type]
        if self.state == JobPosting.State.CLOSED and self.title is None:
            return Operation.CLOSE
        return Operation.PUT

    def record(self) -> JobPostingRecord:
        """Ours; raises FieldRefused."""
        if self.operation is Operation.CLOSE:
            return JobPostingRecord(external_id=self.name)
        listed_at = self._listed_at()
        if self.operation is Operation.RENEW:
            expires_at = moment(self.expire_at) if self.expire_at else None
            return JobPostingRecord(
                external_id=self.name, listed_at=listed_at, expires_at=expires_at
            )
        return self._whole(listed_at)

    def _whole(self, listed_at: datetime | None) -> JobPostingRecord:
        self._check()
        closed = self.state == JobPosting.State.CLOSED and not self.job_posting_operation_type
        expires_at = listed_at + LISTED_FOR if listed_at else None
        return JobPostingRecord(
            external_id=self.name,
            title=self.title or "",
            description=limited_html.clean(self.description or ""),
            location=self._location(),
            state=JobPosting.State.CLOSED if closed else JobPosting.State.LISTED,
            availability=JobPosting.Availability.PRIVATE
            if self.private
            else JobPosting.Availability.PUBLIC,
            access_restricted=self.access_restricted,
            company_job_code=self.company_job_code or "",
            apply_url=web_address("companyApplyUrl", self.company_apply_url or ""),
            listed_at=listed_at,
            expires_at=moment(self.expire_at) if self.expire_at else expires_at,
            details=self._details(),
        )

    def _listed_at(self) -> datetime | None:
        if self.listed_at is None:
            return None
        if self.listed_at > time.time() * 1000 + CLOCK_SKEW:
            raise FieldRefused("listedAt", "must not be in the future")
        return moment(self.listed_at)

    def _check(self) -> None:
        needed = {
            "title": (self.title or "").strip(),
            "description": self.description,
            "location": self._location(),
            "listedAt": self.listed_at,
        }
        if not self.private:
            needed["companyApplyUrl"] = self.company_apply_url
        for name, value in needed.items():
            if not value:
                raise FieldRefused(name, MISSING)
        words = strip_tags(self.description or "").strip()
        if not self.private and len(words) < SHORTEST_DESCRIPTION:
            raise FieldRefused("description", f"has fewer than {SHORTEST_DESCRIPTION} characters")
        self._check_lists()

    def _check_lists(self) -> None:
        workplaces = self.workplace_types or []
        if len(workplaces) > 1 or any(one.casefold() not in _WORKPLACES for one in workplaces):
            raise FieldRefused("workplaceTypes", "must be one of On-site, Hybrid, Remote")
        if len(self.categories or []) > 3:
            raise FieldRefused("categories", "must be at most 3")

    def _location(self) -> str:
        parts = (text_of(self.postal_code), self.country_code)
        return self.location or " ".join(part for part in parts if part)

    def _details(self) -> dict[str, Any]:
        sent = {name: getattr(self, name) for name in _KEPT}
        return {name: value for name, value in sent.items() if value is not None}


def refused_status(refusal: FieldRefused) -> int:
    """400 for workplace types and addresses of pages, 422 for all else (contract.md 5.4)."""
    field = refusal.field
    return 400 if field in {CONTEXT, "workplaceTypes"} or _bad_address(refusal) else 422


def _bad_address(refusal: FieldRefused) -> bool:
    return refusal.field == "companyApplyUrl" and refusal.why != MISSING
