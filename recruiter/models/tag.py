"""Tags: a contract's own words for members."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from recruiter.models.member import Member
from rsc.models import Contract, Seat


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, seat: Seat) -> TagQuerySet:
        """The list of the seat's contract."""
        return self.filter(contract_id=seat.contract_id)


class Tag(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [models.UniqueConstraint("contract", Lower("name"), name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class MemberTagQuerySet(models.QuerySet["MemberTag"]):
    def visible_to(self, seat: Seat) -> MemberTagQuerySet:
        return self.filter(tag__contract_id=seat.contract_id)


class MemberTag(models.Model):
    """A tag on a member, and who put it there."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="uses")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tags")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = MemberTagQuerySet.as_manager()

    class Meta:
        ordering = [Lower("tag__name"), "id"]
        constraints = [models.UniqueConstraint(fields=["member", "tag"], name="member_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.member_id}"
