"""What identity matching keeps: keyed hashes of both sides, counts, decisions that stay.

The hashes limit what a leaked table tells; they are not anonymity (matching.md 5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ats_sync.models.candidate import Candidate
from ats_sync.models.integration import Ats
from recruiter.models import Member
from rsc.models import User


class MemberIdentity(models.Model):
    """A member in normal form, ready to be compared."""

    # No check by the database, as for CandidateIdentity.
    member = models.OneToOneField(
        Member,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="identity",
        db_constraint=False,
    )
    record = models.BinaryField(help_text="identity.records.MemberRecord, packed.")
    name_counts = ArrayField(models.BigIntegerField())
    keys = ArrayField(
        models.BigIntegerField(),
        default=list,
        help_text="Of MemberKey, if a build made them.",
    )

    class Meta:
        verbose_name_plural = "member identities"

    def __str__(self) -> str:
        return f"identity of member {self.member_id}"


class MemberKey(models.Model):
    """A blocking key under which a member is found."""

    pk = models.CompositePrimaryKey("key", "member_id")
    key = models.BigIntegerField()
    # No check by the database: seventeen a member would cost more than writing the keys.
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"key of member {self.member_id}"


class CandidateIdentity(models.Model):
    """What of a candidate was last compared, so that a sync that changes nothing costs nothing."""

    # No check by the database: this is made from the candidate, under its ATS's lock, and goes
    # with it; the checks of a push would cost more than all its statements.
    candidate = models.OneToOneField(
        Candidate,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="identity",
        db_constraint=False,
    )
    fingerprint = models.BinaryField(help_text="Of the normal form.")
    name_key = models.BigIntegerField(help_text="Hash of the whole name.")

    class Meta:
        verbose_name_plural = "candidate identities"

    def __str__(self) -> str:
        return f"identity of candidate {self.candidate_id}"


class CandidateKey(models.Model):
    """A blocking key by which a changed member finds the candidates that it may concern."""

    pk = models.CompositePrimaryKey("key", "candidate_id")
    key = models.BigIntegerField()
    # No check by the database, as for CandidateIdentity.
    candidate = models.ForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"key of candidate {self.candidate_id}"


class NameCount(models.Model):
    """How many members share a name, or part of it. Key 0 counts all members."""

    key = models.BigIntegerField(primary_key=True)
    holders = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.holders} holders"


class HeavyKey(models.Model):
    """A key that too many members hold to be worth its pairs."""

    key = models.BigIntegerField(primary_key=True)
    holders = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.holders} holders"


class IdentityBlockQuerySet(models.QuerySet["IdentityBlock"]):
    def standing(self) -> IdentityBlockQuerySet:
        return self.filter(lifted_at=None)


class IdentityBlock(models.Model):
    """A person said that this is not that: never linked or proposed again, until lifted.

    Kept apart from the link, by the ATS's own id and by address and name, so that it outlives
    a candidate that the ATS deletes and makes again under another id.
    """

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="+")
    external_candidate_id = models.CharField(max_length=255)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name_key = models.BigIntegerField(default=0)
    identifier_keys = ArrayField(models.BigIntegerField(), default=list)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityBlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "external_candidate_id", "member"],
                condition=Q(lifted_at=None),
                name="identity_block_once",
            )
        ]
        indexes = [GinIndex(fields=["identifier_keys"], name="identity_block_identifiers")]

    def __str__(self) -> str:
        return f"{self.external_candidate_id} is not {self.member_id}"


class IdentityEvent(models.Model):
    """One change of a link, with what is needed to replay the decision. Append-only, ids only."""

    candidate_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    rule = models.CharField(max_length=40)
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    weights_version = models.CharField(max_length=40, blank=True)
    score = models.IntegerField(null=True)
    levels = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["candidate_id", "-at"], name="identity_event_candidate"),
            # None by member: only who exports or erases a person asks for that, and a push would
            # have to write a page of it for each link. The machine's own are not by actor either.
            models.Index(fields=["actor"], condition=~Q(actor=None), name="identity_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.member_id}: {self.from_state} to {self.to_state}"


class MatchModel(models.Model):
    """The weights by which pairs are scored, and how labels are shifted; the newest is in force.

    Earlier ones stay, so that a decision can be replayed by its version.
    """

    made_at = models.DateTimeField(auto_now_add=True)
    version = models.CharField(max_length=40)
    weights = models.JSONField(null=True, help_text="None: those that come with the programs.")
    # matching.md 5: where strangers are many, the same score promises less.
    label_shift = models.IntegerField(default=0, help_text="Hundredths of a bit.")
    sampled = models.IntegerField(default=0, help_text="Candidates that the shift rests on.")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version} ({self.label_shift:+})"


class RematchRun(models.Model):
    """One full re-match, so that it can be interrupted and taken up again."""

    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_candidate_id = models.BigIntegerField(default=0)
    # Chunks done beyond that by several processes: the candidate behind which each begins (text,
    # as JSON has it) and its last one.
    ahead = models.JSONField(default=dict)
    # How many links changed, by "from > to".
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"re-match of {self.started_at:%Y-%m-%d %H:%M}"

    def note(self, after: int, last: int, changes: Counter[str]) -> None:
        """Take down that the candidates behind `after`, up to `last`, are done."""
        self.ahead[str(after)] = last
        while (end := self.ahead.pop(str(self.last_candidate_id), None)) is not None:
            self.last_candidate_id = end
        self.changes = dict(Counter(self.changes) + changes)

    def gaps(self) -> Iterator[tuple[int, int | None]]:
        """Behind which candidate, and up to which (None: the last), something is still to do."""
        after = self.last_candidate_id
        for start, end in sorted((int(start), end) for start, end in self.ahead.items()):
            if after < start:
                yield after, start
            after = end
        yield after, None
