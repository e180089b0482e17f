"""Why is this requisition not in a recruiter's list?"""

from __future__ import annotations

from collections.abc import Iterator

from ats_sync.models import EntityAcl, EntityAclAssignee, Integration, IntegrationSetting
from ats_sync.models import JobPosting as Job
from ats_sync.models.acl import PUBLIC_ACL
from ats_sync.models.integration import ALL_PRODUCT_USERS
from ats_sync.why.badges import feature_step
from ats_sync.why.exporting import EXPORT
from ats_sync.why.steps import Chain, Step, place
from rsc.models import Seat, User

MOST_NAMED = 10


def explain_requisition(job: Job, seat: Seat | None = None) -> Chain:
    """Whether a requisition is offered when somebody exports.

    Args:
        job: with its ATS.
        seat: who looks; None asks who sees it at all.
    """
    if seat is None:
        return Chain(
            "Who is offered the requisition?",
            "It can be offered.",
            "Nobody is offered it.",
            (*_common(job), *_viewers(job)),
        )
    return Chain(
        f"Is {seat.user.full_name} offered the requisition?",
        "It is in the list.",
        "It is not in the list.",
        (_company(job, seat), *_common(job), _seen(job, seat)),
    )


def _company(job: Job, seat: Seat) -> Step:
    own = job.ats.company_id == seat.contract.company_id
    text = f"{job.ats} belongs to {'the' if own else 'another company than the'} seat's company."
    return Step(text, own, link=place(job.ats))


def _common(job: Job) -> Iterator[Step]:
    yield Step(f"{job.ats} sent it.", True, at=job.received_at, link=place(job))
    feature = Integration.objects.filter(ats=job.ats, integration_type=EXPORT).first()
    yield feature_step(job.ats, feature, EXPORT)
    text = f"It is {job.get_state_display().lower()} in {job.ats}."
    if job.state != Job.State.LISTED:
        text = f"{text} Closed ones are offered only behind “Include closed ones”."
    yield Step(text, job.state == Job.State.LISTED, who=f"whoever works in {job.ats}")


def _everyone(job: Job) -> bool:
    """Whether the ATS shows all of its requisitions to everyone."""
    setting = IntegrationSetting.objects.filter(
        integration__ats=job.ats,
        integration__integration_type=EXPORT,
        key=IntegrationSetting.Key.JOB_POSTING_VIEWERS,
        value=ALL_PRODUCT_USERS,
    )
    return setting.exists()


def _viewers(job: Job) -> Iterator[Step]:
    """Who sees it, by setting, by itself, by lists. Four queries."""
    everyone = _everyone(job) or job.access_restricted is False
    acls = EntityAcl.objects.filter(
        ats=job.ats, entity_type=EntityAcl.EntityType.JOB_POSTING, entity_id=job.external_id
    )
    ids = list(acls.order_by("acl_id").values_list("acl_id", flat=True))
    if everyone or PUBLIC_ACL in ids:
        yield Step("Everyone at the company sees it.", True, who="the ATS, by its viewers setting")
        return
    if not ids:
        text = "It is shown only to people named for it, and no access list came for it."
        yield Step(text, False, who=f"an administrator of {job.ats}")
        return
    named = EntityAclAssignee.objects.filter(ats=job.ats, acl_id__in=ids).values("person_id")
    people = User.objects.filter(person_id__in=named).order_by("last_name", "first_name", "pk")
    names = [user.full_name for user in people[: MOST_NAMED + 1]]
    more = " and more" if len(names) > MOST_NAMED else ""
    listed = ", ".join(names[:MOST_NAMED]) or "nobody who works here"
    lists = "Its access list names" if len(ids) == 1 else f"{len(ids)} access lists name"
    text = f"{lists} {listed}{more}."
    yield Step(text, bool(names), who=f"an administrator of {job.ats}")


def _seen(job: Job, seat: Seat) -> Step:
    seen = Job.objects.visible_to(seat).filter(pk=job.pk).exists()
    if _everyone(job) or job.access_restricted is False:
        return Step("Everyone at the company sees it.", seen, who="the ATS, by its viewers setting")
    names = "names" if seen else "does not name"
    text = f"{job.ats} shows it to people it names, and {names} {seat.user.full_name} for it."
    if not seen:
        text = f"{text} Lists name people by person id, which they give by signing in at the ATS."
    return Step(text, seen, who=f"an administrator of {job.ats}", link=place(seat.user))
