"""An ATS of a company, and the features of it that were switched on."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ats_sync.models.developer_application import DeveloperApplication
from rsc import urns
from rsc.models import Company, Contract, Seat, User

ALL_PRODUCT_USERS = "ALL_PRODUCT_USERS"


class AtsQuerySet(models.QuerySet["Ats"]):
    def with_enabled(self, integration_type: str) -> AtsQuerySet:
        """ATSs on which that feature is switched on."""
        return self.filter(
            Exists(
                Integration.objects.enabled().filter(
                    ats=OuterRef("pk"), integration_type=integration_type
                )
            )
        )

    def visible_to(self, seat: Seat, feature: str = "IN_ATS_INDICATOR") -> AtsQuerySet:
        """The ATSs of the seat's company that it may know of through a feature that is on.

        A sandbox is for administrators' seats alone.
        """
        found = self.filter(company_id=seat.contract.company_id).with_enabled(feature)
        return found if seat.role == Seat.Role.ADMINISTRATOR else found.filter(is_sandbox=False)


class Ats(models.Model):
    """One ATS of one company: a customer's application in that company's context.

    All that the ATS sends hangs on this row, so its ids are unique per ATS, never globally.
    """

    application = models.ForeignKey(
        DeveloperApplication, on_delete=models.PROTECT, related_name="atss"
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="atss")
    name = models.CharField(
        max_length=200, help_text="As people call it; shown as “In … ATS” and in the export list."
    )
    vouches_for_people = models.BooleanField(
        "says who is signed in",
        default=False,
        help_text="The profile widget takes this ATS's signed word for which of its users looks, "
        "and shows that user's seat without a sign-in of its own.",
    )
    exports_replies = models.BooleanField(
        "Export members who answer an InMail and share their contact details",
        default=False,
        help_text="They go to the requisition that the project fills.",
    )
    is_sandbox = models.BooleanField(
        "sandbox",
        default=False,
        help_text="For trying things out: what it sends never counts in anybody's search, and "
        "only administrators' seats see it at all. It can be purged at once.",
    )
    takes_older = models.BooleanField(
        "takes older records",
        default=False,
        help_text="A record is stored also when its time of change is before that of the stored "
        "one, for an ATS whose times cannot be trusted. Otherwise it is ignored.",
    )
    # The contract has no call by which a vendor says so: an administrator does, once.
    history_complete_at = models.DateTimeField(null=True, blank=True, editable=False)
    history_confirmed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AtsQuerySet.as_manager()

    class Meta:
        verbose_name = "ATS integration"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "company"], name="ats_per_application_and_company"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def context(self) -> urns.Urn:
        """The integration context of its synced data."""
        return self.company.urn


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def enabled(self) -> IntegrationQuerySet:
        return self.filter(status=Integration.Status.ENABLED)

    def company_level(self) -> IntegrationQuerySet:
        return self.filter(contract=None)

    def contract_level(self) -> IntegrationQuerySet:
        return self.exclude(contract=None)


class Integration(models.Model):
    """One feature of one ATS, for the company or for one contract (contract.md 4)."""

    class Type(models.TextChoices):
        IN_ATS_INDICATOR = "IN_ATS_INDICATOR", "In-ATS indicator and Past applicants"
        ONE_CLICK_EXPORT = "ONE_CLICK_EXPORT", "One-click export"
        PROFILE_PLUGIN = "PROFILE_PLUGIN", "Profile widget in the ATS"
        CSA_API = "CSA_API", "Recruiter activity for the ATS (contract level)"

    class Tenant(models.TextChoices):
        RECRUITER = "RECRUITER", "Recruiter"

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", "Requested"
        PARTNER_READY = "PARTNER_READY", "Partner ready"
        ENABLED = "ENABLED", "Enabled"
        DISABLED = "DISABLED", "Disabled"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="integrations")
    integration_type = models.CharField(max_length=30, choices=Type.choices)
    tenant_type = models.CharField(max_length=20, choices=Tenant.choices, default=Tenant.RECRUITER)
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="integrations",
        help_text="Only for contract-level features; empty for company-level ones.",
    )
    # What the vendor calls it; set over the wire, needed before it can be enabled.
    name = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.REQUESTED)
    modified_at = models.DateTimeField(auto_now=True)

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "integration_type", "tenant_type", "contract"],
                nulls_distinct=False,
                name="integration_once",
            ),
            models.CheckConstraint(
                condition=Q(integration_type="CSA_API", contract__isnull=False)
                | ~Q(integration_type="CSA_API") & Q(contract__isnull=True),
                name="integration_level_fits_type",
                violation_error_message=(
                    "Recruiter activity is switched on for a contract; all other features are "
                    "switched on for the company and name no contract."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_integration_type_display()} ({self.ats})"

    @property
    def context(self) -> urns.Urn:
        """The integration context on the wire: the contract's or the company's URN."""
        return self.contract.urn if self.contract else self.ats.company.urn


class IntegrationSetting(models.Model):
    """A value that the vendor set for one integration (contract.md 4.3)."""

    class Key(models.TextChoices):
        CALLBACK_URL = "CALLBACK_URL", "Callback URL"
        JOB_POSTING_VIEWERS = "JOB_POSTING_VIEWERS", "Who sees requisitions"
        APPLICATION_VIEWERS = "APPLICATION_VIEWERS", "Who sees applications"

    class Challenge(models.TextChoices):
        UNVERIFIED = "unverified", "Not verified"
        VERIFIED = "verified", "Verified"
        FAILING = "failing", "Failed three times in a row"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="settings")
    key = models.CharField(max_length=30, choices=Key.choices)
    value = models.CharField(max_length=2000)
    # How the callback URL did at the security challenge (contract.md 12.1); unused by other keys.
    challenge = models.CharField(
        max_length=10, choices=Challenge.choices, default=Challenge.UNVERIFIED, editable=False
    )
    challenged_at = models.DateTimeField(null=True, blank=True, editable=False)
    failed_challenges = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "key"], name="integration_setting_once")
        ]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"
