"""The ground floor: who people are, what a company bought, and what must not be lost."""

from __future__ import annotations

import secrets
import string
import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from rsc import urns

PERSON_ID_ALPHABET = string.ascii_letters + string.digits
PERSON_ID_LENGTH = 11


def new_person_id() -> str:
    """A random, opaque, 11-character public id (65 bits): never the row number."""
    return "".join(secrets.choice(PERSON_ID_ALPHABET) for _ in range(PERSON_ID_LENGTH))


def check_time_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a known time zone; try Europe/Berlin")


class User(AbstractUser):
    """A person who signs in: a recruiter, an administrator or a member."""

    person_id = models.CharField(max_length=11, unique=True, default=new_person_id, editable=False)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="user_email_unique_ignoring_case"
            )
        ]

    @property
    def urn(self) -> urns.Urn:
        """The person URN by which an ATS binds its own users to ours."""
        return urns.Urn(urns.PERSON, self.person_id)

    @property
    def full_name(self) -> str:
        """First and last name; else what stands before the @ of the address, or the user name."""
        return self.get_full_name() or self.email.partition("@")[0] or self.username


class Company(models.Model):
    """An organization that hires; `urn:li:organization:{id}` on the wire."""

    name = models.CharField(max_length=200)
    past_applicant_lookback_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Only applications this recent count for Past applicants; empty: all of them.",
    )
    team_reads_inmail = models.BooleanField(
        default=False, help_text="Colleagues may read the text of each other's InMails."
    )
    private_views_unnamed = models.BooleanField(
        default=False,
        help_text="Who views profiles in private mode is not named to colleagues.",
    )
    finds_ats_only = models.BooleanField(
        "Search shows people who are in the ATS only",
        default=False,
        db_default=False,
        help_text="Below its results, set apart: candidates without a profile here.",
    )
    gives_ats_data = models.BooleanField(
        "Members' copies hold their applications",
        default=False,
        db_default=False,
        help_text="A member's own copy of their data names their applications and stages here; "
        "never notes or feedback.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "companies"
        constraints = [models.UniqueConstraint(Lower("name"), name="company_name_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.ORGANIZATION, str(self.pk))


class Contract(models.Model):
    """What a company bought: a number of seats that work together."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)
    inmail_credits = models.PositiveSmallIntegerField(
        "InMail credits",
        null=True,
        blank=True,
        help_text="For each seat and month; empty: as the server is set (RSC_INMAIL_CREDITS).",
    )
    inmail_pause_days = models.PositiveSmallIntegerField(
        "InMail pause",
        null=True,
        blank=True,
        help_text="Days for which nobody here writes again to a member who has not answered; "
        "empty: as the server is set (RSC_INMAIL_PAUSE_DAYS).",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="contract_name_unique")
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.name}"

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.CONTRACT, str(self.pk))


class SeatQuerySet(models.QuerySet["Seat"]):
    def active(self) -> SeatQuerySet:
        """Seats that may work now, on contracts that run."""
        return self.filter(state=Seat.State.ACTIVE, contract__active=True)

    def visible_to(self, seat: Seat) -> SeatQuerySet:
        """Colleagues on the same contract."""
        return self.filter(contract_id=seat.contract_id)


class Seat(models.Model):
    """One user's licence on one contract."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", "Administrator"
        RECRUITER = "recruiter", "Recruiter"
        HIRING_MANAGER = "hiring_manager", "Hiring manager"

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        INACTIVE = "INACTIVE", "Inactive"
        INVITED = "INVITED", "Invited"
        PARKED = "PARKED", "Parked"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.RECRUITER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = SeatQuerySet.as_manager()

    # True on a seat through which an administrator looks (rsc.preview): what it keeps for itself
    # is then withheld at the doors.
    previewed = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "user"], name="one_seat_per_user_contract")
        ]

    def __str__(self) -> str:
        return f"{self.user.full_name} on {self.contract}"

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.SEAT, str(self.pk))

    @property
    def company_id(self) -> int:
        """The company that this seat works for (its contract's)."""
        return self.contract.company_id


class OutboxEvent(models.Model):
    """A fact that others must hear of, written with the change that made it true."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    shelved_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                condition=Q(done_at=None, shelved_at=None),
                name="outbox_due",
            ),
            models.Index(
                fields=["topic", "key"],
                condition=Q(done_at=None, shelved_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["done_at"], condition=Q(done_at__isnull=False), name="outbox_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class AuditEntry(models.Model):
    """Who did what to whom. Only ids: no personal data, so it may outlive an erasure."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=255)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["subject", "-at"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class AuditSeal(models.Model):
    """Chains audit entries: each digest is keyed and covers the entry and the digest before."""

    entry_id = models.BigIntegerField(unique=True)
    # As they were when it was sealed: an entry forgets a user who was deleted since.
    actor_id = models.BigIntegerField(null=True)
    seat_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"seal {self.pk} of entry {self.entry_id}"


class Invitation(models.Model):
    """A letter that offers a seat; its link is void once answered, sent again or too old."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation of {self.seat}"


class SingleSignOn(models.Model):
    """Where people of a company sign in: its own OpenID provider, by their e-mail domain."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="sign_ons")
    contract = models.ForeignKey(
        Contract,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sign_ons",
        help_text="Only for people with a seat on this contract; empty: on any of the company's.",
    )
    code = models.SlugField(
        unique=True, help_text="Stands in the redirect address; never changes once it is in use."
    )
    issuer = models.URLField(
        help_text="The provider's address; /.well-known/openid-configuration stands below it."
    )
    client_id = models.CharField("client id", max_length=191)
    sealed_secret = models.TextField(blank=True, editable=False)
    domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name="e-mail domains",
        help_text="Only verified addresses of these domains are believed; parted by commas.",
    )
    required = models.BooleanField(
        default=False,
        help_text="These people cannot sign in by password. Operators (superusers) still can.",
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "single sign-on"
        verbose_name_plural = "single sign-on"

    def __str__(self) -> str:
        return str(self.contract or self.company)

    def covers(self, address: str) -> bool:
        """Whether an e-mail address is of one of the domains."""
        return address.rpartition("@")[2].lower() in self.domains
