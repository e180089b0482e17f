"""Who may see which requisition (contract.md 11). An ACL id can secure many requisitions."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from ats_sync.models.integration import Ats
from rsc.models import Seat

PUBLIC_ACL = "PUBLIC"  # this ACL id opens a requisition to everyone (contract.md 11.3)


class EntityAclQuerySet(models.QuerySet["EntityAcl"]):
    def opening_job(
        self, ats: Combinable, external_job_id: Combinable, seat: Seat
    ) -> EntityAclQuerySet:
        """ACLs that open one requisition (named by two outer columns) to the seat's person."""
        assigned = EntityAclAssignee.objects.filter(
            ats=OuterRef("ats"), acl_id=OuterRef("acl_id"), person_id=seat.user.person_id
        )
        return self.filter(
            Q(acl_id=PUBLIC_ACL) | Exists(assigned),
            ats=ats,
            entity_type=EntityAcl.EntityType.JOB_POSTING,
            entity_id=external_job_id,
        )


class EntityAcl(models.Model):
    """Ties a requisition to an ACL id. The requisition need not have arrived yet."""

    class EntityType(models.TextChoices):
        JOB_POSTING = "JOB_POSTING", "Requisition"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="acls")
    acl_id = models.CharField(max_length=255)
    entity_type = models.CharField(max_length=20, choices=EntityType.choices)
    entity_id = models.CharField(max_length=255)

    objects = EntityAclQuerySet.as_manager()

    class Meta:
        verbose_name = "ACL"
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "entity_type", "entity_id", "acl_id"], name="acl_once_per_entity"
            )
        ]
        indexes = [models.Index(fields=["ats", "acl_id"], name="acl_by_id")]

    def __str__(self) -> str:
        return f"{self.acl_id} on {self.entity_id}"


class EntityAclAssignee(models.Model):
    """Gives a person an ACL id."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="acl_assignees")
    acl_id = models.CharField(max_length=255)
    entity_type = models.CharField(max_length=20, choices=EntityAcl.EntityType.choices)
    person_id = models.CharField(max_length=11, db_index=True)

    class Meta:
        verbose_name = "ACL assignee"
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "acl_id", "entity_type", "person_id"], name="acl_assignee_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.acl_id}"
