"""What an application's token may touch: its own ATSs, once the customer has let it (contract.md
1.11)."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from ats_sync.batches import run_kept
from ats_sync.models import Ats, DeveloperApplication, Integration
from ats_sync.restli.errors import NOT_ENOUGH_PERMISSIONS, RestliError, not_enough_permissions
from ats_sync.rows import Columns
from rsc.models import Company

COMPANY_TYPES = tuple(kind for kind in Integration.Type if kind is not Integration.Type.CSA_API)


class Right(Enum):
    """How far the customer must have come; the value lists the states that are far enough."""

    READY = (Integration.Status.PARTNER_READY, Integration.Status.ENABLED)
    ENABLED = (Integration.Status.ENABLED,)


def atss_of(
    application: DeveloperApplication, companies: Collection[int], right: Right, place: str
) -> dict[int, Ats]:
    """The application's ATSs of some companies, by company id. One query.

    Args:
        application: whose token came.
        companies: the organizations that the request names.
        right: how far their features must be.
        place: HTTP verb and resource, for messages.

    Raises:
        RestliError: 403; one of them is not the application's, or is not far enough.
    """
    found, far_enough = {}, {}
    for row in run_kept(
        _ATSS,
        application=application.pk,
        companies=sorted(companies),
        states=list(right.value),
    ):
        values = iter(row)
        ats = _ATS.take(values)
        ats.company = _COMPANY.take(values)
        found[ats.company_id], far_enough[ats.company_id] = ats, next(values)
    for company in sorted(companies):
        if company not in found:
            raise _refused(place, f"urn:li:organization:{company} is not yours")
        if not far_enough[company]:
            types = ", ".join(COMPANY_TYPES)
            state = " or ".join(right.value)
            raise _refused(
                place, f"urn:li:organization:{company} needs one of {types} in state {state}"
            )
    return found


_ATS = Columns(Ats, "a", "id", "application_id", "company_id", "name")
_COMPANY = Columns(Company, "c", "id", "name", "past_applicant_lookback_days")
_ATSS = f"""
SELECT {_ATS.sql}, {_COMPANY.sql}, EXISTS (
    SELECT FROM ats_sync_integration AS i
    WHERE i.ats_id = a.id AND i.contract_id IS NULL AND i.status = ANY(%(states)s)
)
FROM ats_sync_ats AS a JOIN rsc_company AS c ON c.id = a.company_id
WHERE a.application_id = %(application)s AND a.company_id = ANY(%(companies)s)
"""  # noqa: S608 - names of columns of ours


def own_atss(application: DeveloperApplication, place: str) -> list[Ats]:
    """All ATSs of an application; raises a RestliError of 403 when it has none."""
    if found := list(Ats.objects.filter(application=application).order_by("pk")):
        return found
    raise not_enough_permissions(place)


def check_contracts(
    application: DeveloperApplication, contracts: Collection[int], place: str
) -> None:
    """Refuse contracts whose recruiters' activity is not open to an application. One query.

    Raises:
        RestliError: 403; unknown, another customer's, or not switched on: all sound the same.
    """
    features = Integration.objects.enabled().filter(
        ats__application=application,
        integration_type=Integration.Type.CSA_API,
        contract__in=contracts,
    )
    open_ones = set(features.values_list("contract", flat=True))
    for contract in sorted(set(contracts) - open_ones):
        raise _refused(place, f"urn:li:contract:{contract} needs CSA_API in state ENABLED")


def exporting_atss(application: DeveloperApplication, place: str) -> list[Ats]:
    """An application's ATSs to which members can be exported.

    Raises:
        RestliError: 403; there is none.
    """
    feature = Integration.Type.ONE_CLICK_EXPORT
    if found := list(Ats.objects.filter(application=application).with_enabled(feature)):
        return found
    raise _refused(place, f"It needs {feature.value} in state ENABLED")


def _refused(place: str, why: str) -> RestliError:
    return RestliError(
        403,
        f"Not enough permissions to access: {place}. {why}",
        service_error_code=NOT_ENOUGH_PERMISSIONS,
    )
