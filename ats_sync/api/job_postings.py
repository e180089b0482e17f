"""`simpleJobPostings`, their tasks, and `jobPostingStatus` (contract.md 5)."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from functools import partial
from itertools import chain
from typing import Any

import msgspec

from ats_sync import job_postings
from ats_sync.api.base import AtsResource
from ats_sync.api.fields import FieldRefused, millis
from ats_sync.api.job_posting_entity import JobPostingEntity, refused_status
from ats_sync.api.refusals import all_or_each
from ats_sync.api.rights import Right, own_atss
from ats_sync.job_postings import JobPostingRecord, Operation, Refusal
from ats_sync.models import JobPosting, JobPostingTask
from ats_sync.restli.errors import RestliError, not_enough_permissions
from ats_sync.restli.items import Item
from rsc import urns

Submission = tuple[Item, Operation, JobPostingRecord]


class _Named(msgspec.Struct, rename="camel"):
    external_job_posting_id: str | int = ""


class SimpleJobPostings(AtsResource):
    """Takes requisitions; each accepted one answers with a task that can be polled."""

    resource = "simpleJobPostings"
    right = Right.READY

    def create(self, item: Item) -> None:
        """Reached without the method header only, where the contract wants this 403 (5.3)."""
        raise not_enough_permissions(f"POST /{self.resource}")

    def batch_create(self, items: list[Item]) -> None:
        """Submit requisitions; refuses the whole request for a foreign context or a repeated id."""
        read = [(item, entity) for item in items if (entity := self._decode(item))]
        names = Counter(
            (entity.integration_context or entity.company, entity.external_job_posting_id)
            for _, entity in read
        )
        if repeated := [name for (_, name), times in names.items() if name and times > 1]:
            raise RestliError(400, f"externalJobPostingId {repeated[0]!r} comes twice in one call")
        companies = {id(item): self._company(item, entity) for item, entity in read}
        self.grant({company for company in companies.values() if company})
        groups: dict[int, list[Submission]] = defaultdict(list)
        for item, entity in read:
            if item.error is None and (record := self._record(item, entity)):
                groups[companies[id(item)]].append((item, entity.operation, record))
        for company in sorted(groups, key=lambda company: self.atss[company].pk):
            self._submit(company, groups[company])

    def record_id(self, item: Item) -> str:
        """The ATS's own id, which is in the record since there is no key."""
        try:
            return str(msgspec.json.decode(item.raw, type=_Named).external_job_posting_id)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return ""

    def _decode(self, item: Item) -> JobPostingEntity | None:
        found = item.decode(JobPostingEntity, strict=True)
        if found is None:
            self._refuse(item, 422, item.error.message)
            return None
        self.unknown |= set(found.unknown)
        return found.value

    def _company(self, item: Item, entity: JobPostingEntity) -> int | None:
        try:
            return entity.company_id
        except RestliError as error:
            self._refuse(item, 400, error.message)
            return None

    def _record(self, item: Item, entity: JobPostingEntity) -> JobPostingRecord | None:
        try:
            return entity.record()
        except FieldRefused as refusal:
            self._refuse(item, refused_status(refusal), str(refusal))
            return None

    def _submit(self, company: int, submissions: list[Submission]) -> None:
        pairs = [(item, (operation, record)) for item, operation, record in submissions]
        outcomes = chain(*all_or_each(pairs, partial(job_postings.submit, self.atss[company])))
        kept = [item for item, _ in pairs if item.error is None]
        for item, outcome in zip(kept, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                self._refuse(item, outcome.status, outcome.message)
            else:
                item.created(str(outcome.urn), status=202)

    def _refuse(self, item: Item, status: int, message: str) -> None:
        item.fail(status, f"ERROR :: {message}\n")


class SimpleJobPostingTasks(AtsResource):
    """What became of a submission; ours is finished before its answer leaves."""

    resource = "simpleJobPostingTasks"

    def batch_get(self, items: list[Item]) -> None:
        """One query for all tasks; those of other applications do not exist."""
        wanted = {item: number for item in items if (number := self._number(item))}
        atss = own_atss(self.request.user, f"{self.request.method} /{self.name}")
        tasks = JobPostingTask.objects.filter(ats__in=atss, pk__in=wanted.values())
        found = {task.pk: task for task in tasks.select_related("job_posting")}
        for item, number in wanted.items():
            if task := found.get(number):
                item.found(_task(task))

    def _number(self, item: Item) -> uuid.UUID | None:
        try:
            return uuid.UUID(urns.Urn.parse(item.key.value, urns.JOB_POSTING_TASK).id)
        except ValueError:
            item.fail(400, "must be the URN of a task")
            return None


class JobPostingStatuses(AtsResource):
    """Whether requisitions are listed, by the ATS's own ids."""

    resource = "jobPostingStatus"

    def batch_get(self, items: list[Item]) -> None:
        """One query for all; with several ATSs the oldest that knows the id answers."""
        atss = own_atss(self.request.user, f"{self.request.method} /{self.name}")
        names = [item.key.value for item in items]
        jobs = JobPosting.objects.filter(ats__in=atss, external_id__in=names)
        found = {job.external_id: job for job in jobs.order_by("-ats_id").select_related("ats")}
        for item in items:
            if job := found.get(item.key.value):
                item.found(_status(job))


def _task(task: JobPostingTask) -> dict[str, Any]:
    entity = {
        "id": str(task.urn),
        "externalJobPostingId": task.external_job_posting_id,
        "status": task.status,
    }
    if task.job_posting is not None:
        entity["jobPosting"] = str(task.job_posting.urn)
        entity["location"] = task.job_posting.location
    return entity | ({"errorMessage": task.error} if task.error else {})


def _status(job: JobPosting) -> dict[str, Any]:
    listed = job.state == JobPosting.State.LISTED
    info = {
        "listedAt": millis(job.listed_at) if job.listed_at else None,
        "expireAt": millis(job.expires_at) if job.expires_at else None,
        "location": job.location,
        "alternateLocations": job.details.get("alternate_locations"),
        "companyDetails": {"name": job.details.get("company_name") or job.ats.name},
    }
    return {
        "externalJobPostingId": job.external_id,
        "listingStatus": "LISTED" if listed else "NOT_LISTED",
        "jobPostingInfo": {name: value for name, value in info.items() if value is not None},
        "rawLocation": job.location,
    }
