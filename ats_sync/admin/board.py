"""What the page “ATS integration” shows: each level, its features, and who must act next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from ats_sync import activation
from ats_sync.models import Ats, EntityAcl, Integration, IntegrationSetting, Match
from ats_sync.models.integration import ALL_PRODUCT_USERS
from rsc.models import Contract

Type = Integration.Type
Key = IntegrationSetting.Key
Status = Integration.Status

COMPANY = "company"
GIVES = {
    Type.IN_ATS_INDICATOR: (
        "Recruiters see who is in the ATS, find past applicants, and read a person's ATS history "
        "on the profile."
    ),
    Type.ONE_CLICK_EXPORT: "Recruiters send a person to a requisition of the ATS.",
    Type.PROFILE_PLUGIN: "People who work in the ATS see the member's profile on the candidate.",
    Type.CSA_API: (
        "The ATS reads this contract's seats, InMail history and recruiters' notes, and makes "
        "candidates of people who answered an InMail and agreed."
    ),
}


@dataclass
class FeatureRow:
    """One feature on the page.

    Attributes:
        title: its name in our words.
        gives: what people can do once it is on.
        integration: the feature; None while nobody has asked for it.
        waits_for: why it cannot be enabled now; empty when it can, or is.
    """

    title: str
    gives: str
    integration: Integration | None = None
    waits_for: str = ""

    @property
    def state(self) -> str:
        return self.integration.get_status_display() if self.integration else "Not asked for"

    @property
    def tone(self) -> str:
        """The colour of the state, by name."""
        if self.integration is None:
            return "idle"
        return {Status.ENABLED: "on", Status.DISABLED: "off"}.get(
            self.integration.status, "waiting"
        )

    @property
    def can_enable(self) -> bool:
        return self.integration is not None and self.tone != "on" and not self.waits_for

    @property
    def can_disable(self) -> bool:
        return self.tone == "on"


@dataclass
class Level:
    """The features of the company, or of one contract.

    Attributes:
        code: `company`, or the contract's id; what the buttons send.
        title: the heading.
        rows: its features.
    """

    code: str
    title: str
    rows: list[FeatureRow] = field(default_factory=list)

    @property
    def is_asked_for(self) -> bool:
        return all(row.integration for row in self.rows)

    @property
    def to_enable(self) -> list[FeatureRow]:
        return [row for row in self.rows if row.can_enable]

    @property
    def to_disable(self) -> list[FeatureRow]:
        return [row for row in self.rows if row.can_disable]


@dataclass
class Arrival:
    """How much of one kind has arrived, and when the last of it did."""

    label: str
    count: int
    newest: datetime | None
    model: str


@dataclass
class Board:
    """The whole page."""

    company_level: Level
    contract_levels: list[Level]
    callback_url: str
    everyone_sees_requisitions: bool
    everyone_sees_applications: bool
    has_acls: bool

    @property
    def hides_requisitions(self) -> bool:
        return not self.everyone_sees_requisitions and not self.has_acls

    @property
    def hides_applications(self) -> bool:
        return not self.everyone_sees_applications and not self.has_acls


def board_of(ats: Ats) -> Board:
    """Gather the page of one ATS in five queries."""
    features = list(
        ats.integrations.select_related("contract").prefetch_related("settings").order_by("pk")
    )
    values = {setting.key: setting.value for one in features for setting in one.settings.all()}
    contracts = list(Contract.objects.filter(company=ats.company_id).order_by("name", "pk"))
    of_company = [one for one in features if one.contract_id is None]
    return Board(
        company_level=_level(COMPANY, str(ats.company), activation.COMPANY_LEVEL, of_company),
        contract_levels=[
            _level(
                str(contract.pk),
                contract.name if contract.active else f"{contract.name} (not active)",
                activation.CONTRACT_LEVEL,
                [one for one in features if one.contract_id == contract.pk],
            )
            for contract in contracts
        ],
        callback_url=values.get(Key.CALLBACK_URL, ""),
        everyone_sees_requisitions=values.get(Key.JOB_POSTING_VIEWERS) == ALL_PRODUCT_USERS,
        everyone_sees_applications=values.get(Key.APPLICATION_VIEWERS) == ALL_PRODUCT_USERS,
        has_acls=EntityAcl.objects.filter(ats=ats).exists(),
    )


def _level(code: str, title: str, types: tuple[Type, ...], features: list[Integration]) -> Level:
    by_type = {one.integration_type: one for one in features}
    return Level(code, title, [_row(one, by_type.get(one)) for one in types])


def _row(integration_type: Type, integration: Integration | None) -> FeatureRow:
    row = FeatureRow(integration_type.label, GIVES[integration_type], integration)
    if integration is None:
        row.waits_for = "Nobody has asked the ATS vendor for it yet."
    elif integration.status != Status.ENABLED:
        row.waits_for = str(activation.why_not_enabled(integration) or "")
    return row


def arrivals_of(ats: Ats) -> list[Arrival]:
    """What the ATS has sent so far, one query per kind."""
    kinds = {
        "Requisitions": ats.job_postings,
        "Candidates": ats.candidates,
        "Applications": ats.applications,
    }
    arrivals = []
    for label, rows in kinds.items():
        newest = rows.aggregate(newest=Max("received_at"))["newest"]
        arrivals.append(Arrival(label, rows.count(), newest, rows.model._meta.model_name))
    acls = ats.acls.count()
    matches = Match.objects.live().filter(candidate__ats=ats).count()
    arrivals.append(Arrival("ACLs", acls, None, "entityacl"))
    arrivals.append(Arrival("Matches with members", matches, None, "match"))
    return arrivals
