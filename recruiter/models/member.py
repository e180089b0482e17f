"""A member: a person with a profile here, who decides what others may know."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rsc import urns
from rsc.models import Company, Seat, User, new_person_id

# Dates as people give them: a year, a month of a year, or a day (as in JSON Resume).
partial_date = RegexValidator(
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
    "Write a year, a month (2018-03) or a day (2018-03-05).",
)


def photo_place(member: Member, name: str) -> str:
    """Where a photo is kept: under a random name, so that a path tells nothing."""
    return f"photos/{uuid4().hex}.jpg"


class MemberQuerySet(models.QuerySet["Member"]):
    def open_accounts(self) -> MemberQuerySet:
        """Members who have not closed their account."""
        return self.filter(closed_at=None)

    def visible_to(self, seat: Seat) -> MemberQuerySet:
        """Whom a seat may find and open: open accounts whose owner lets recruiters see them."""
        seen = self.open_accounts().filter(hidden_from_recruiters=False)
        if seat.role == Seat.Role.HIRING_MANAGER:
            # A hiring manager sees the people of their contract's shared projects, of those in
            # which they are named, and those whom they are asked to review; no others.
            placed = Member.objects.filter(
                Q(prospects__project__private=False) | Q(prospects__project__team__seat=seat),
                prospects__project__contract_id=seat.contract_id,
                prospects__archived_at=None,
            )
            asked = Member.objects.filter(reviews__request__reviewer=seat)
            return seen.filter(pk__in=placed.values("pk").union(asked.values("pk")))
        return seen


class Member(models.Model):
    """A person with a profile; `urn:li:person:{public_id}` on the wire."""

    class Openness(models.TextChoices):
        NO = "no", "Not open to opportunities"
        PRIVATE = "private", "Open; only recruiters outside my company see it"
        PUBLIC = "public", "Open; everyone sees it"

    public_id = models.CharField(max_length=11, unique=True, default=new_person_id, editable=False)
    # The key under which an import finds the same person again (a file's own id, or an address).
    source_key = models.CharField(max_length=255, unique=True, null=True, blank=True)
    # A digest of the record last imported: an import changes nobody whose record is the same.
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="member"
    )
    slug = models.CharField(max_length=120, unique=True, help_text="Last part of the profile URL.")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100, blank=True)
    headline = models.CharField(max_length=250, blank=True)
    summary = models.TextField(blank=True)
    industry = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=200, blank=True, help_text="As shown: a city or area.")
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country_code = models.CharField(max_length=2, blank=True)
    website = models.URLField(blank=True)
    skills = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    openness = models.CharField(max_length=10, choices=Openness.choices, default=Openness.NO)
    hidden_from_recruiters = models.BooleanField(default=False)
    shares_with_third_parties = models.BooleanField(
        default=True, help_text="Lets recruiters export a stub of this profile to their ATS."
    )
    # The database knows the defaults of these too: members are also written with COPY.
    accepts_inmail = models.BooleanField(default=True, db_default=True)
    mails_on_inmail = models.BooleanField(
        default=True, db_default=True, help_text="An e-mail tells of each new message."
    )
    photo = models.FileField(upload_to=photo_place, max_length=100, blank=True, db_default="")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    last_replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Asked for while a legal hold forbids it; it happens when the hold is lifted.
    closing_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="member_by_name")]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("recruiter:profile", args=[self.public_id])

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        """Up to two letters, shown where there is no photo."""
        return "".join(name[:1] for name in (self.first_name, self.last_name)).upper()

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.PERSON, self.public_id)


class MemberEmail(models.Model):
    """An address of a member. Only a verified one can match a candidate by itself."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField()
    normal_form = models.CharField(max_length=254, db_index=True, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "address"], name="member_email_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(primary=True), name="member_one_primary_email"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MemberPhone(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True, help_text="mobile, work, home")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.number


class Position(models.Model):
    """One job of a member's working life."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="positions")
    title = models.CharField(max_length=200)
    employer = models.CharField(max_length=200)
    # Set when the employer is a company with a contract here: connections and the private
    # "open to opportunities" depend on it.
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="positions"
    )
    location = models.CharField(max_length=200, blank=True)
    started_on = models.CharField(max_length=10, blank=True, validators=[partial_date])
    ended_on = models.CharField(max_length=10, blank=True, validators=[partial_date])
    summary = models.TextField(blank=True)

    class Meta:
        # Current ones first, then the newest.
        ordering = [models.Case(models.When(ended_on="", then=0), default=1), "-started_on", "id"]
        indexes = [
            models.Index(
                fields=["company"], condition=Q(ended_on=""), name="position_current_company"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} at {self.employer}"

    @property
    def current(self) -> bool:
        return not self.ended_on


class Education(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="education")
    school = models.CharField(max_length=200)
    degree = models.CharField(max_length=120, blank=True)
    field_of_study = models.CharField(max_length=120, blank=True)
    started_on = models.CharField(max_length=10, blank=True, validators=[partial_date])
    ended_on = models.CharField(max_length=10, blank=True, validators=[partial_date])

    class Meta:
        ordering = ["-ended_on", "-started_on", "id"]

    def __str__(self) -> str:
        return self.school


class Recommendation(models.Model):
    """Praise of a member by somebody who worked with them."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recommendations")
    author = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    author_headline = models.CharField(max_length=250, blank=True)
    text = models.TextField()
    given_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-given_on", "id"]

    def __str__(self) -> str:
        return f"by {self.author_name}"
