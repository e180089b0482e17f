"""The same work as most Django projects would do it: a serializer and the ORM, row by row.

It checks each record, ignores stale ones, stores, links by verified address and notes the fact.
It does less than the real path (no keys, no evidence, no footprints), so the ratio is modest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers

from ats_sync.models import Ats, Candidate, Match
from recruiter.models import FactLogEntry, MemberEmail, VisibilityToken
from rsc.addresses import email_normal_form

PREFIX = "B"  # of ids, so that no row of the real path is met


class _Moment(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> Any:
        return datetime.fromtimestamp(super().to_internal_value(data) / 1000, UTC)


class _Phone(serializers.Serializer):
    number = serializers.CharField()
    extension = serializers.CharField(required=False)


class _Address(serializers.Serializer):
    line1 = serializers.CharField(required=False)
    city = serializers.CharField(required=False)
    country = serializers.CharField(required=False)


class CandidateSerializer(serializers.Serializer):
    firstName = serializers.CharField(max_length=200)
    lastName = serializers.CharField(max_length=200, allow_blank=True, required=False)
    emailAddresses = serializers.ListField(child=serializers.EmailField())
    phoneNumbers = _Phone(many=True)
    addresses = _Address(many=True)
    currentCompanyName = serializers.CharField(required=False)
    currentJobTitle = serializers.CharField(required=False)
    externalProfileUrl = serializers.URLField()
    atsCreatedAt = _Moment()
    atsLastModifiedAt = _Moment()


def rate(ats: Ats, sent: Sequence[dict[str, Any]]) -> float:
    """Records a second, each in a transaction of its own."""
    token, _ = VisibilityToken.objects.get_or_create(
        company_id=ats.company_id, ats_id=ats.pk, acl_id="", defaults={"everyone": True}
    )
    began = time.perf_counter()
    for place, entity in enumerate(sent):
        _store(ats, f"{PREFIX}{place}", entity, token)
    return len(sent) / (time.perf_counter() - began)


@transaction.atomic
def _store(ats: Ats, name: str, entity: dict[str, Any], token: VisibilityToken) -> None:
    serializer = CandidateSerializer(data=entity)
    serializer.is_valid(raise_exception=True)
    good = serializer.validated_data
    known = Candidate.objects.filter(ats=ats, external_id=name).first()
    if known is not None and known.external_modified_at > good["atsLastModifiedAt"]:
        return
    keys = sorted({email_normal_form(address) for address in good["emailAddresses"]} - {""})
    candidate, _ = Candidate.objects.update_or_create(
        ats=ats,
        external_id=name,
        defaults={
            "first_name": good["firstName"],
            "last_name": good.get("lastName", ""),
            "emails": good["emailAddresses"],
            "email_keys": keys,
            "phones": good["phoneNumbers"],
            "addresses": good["addresses"],
            "current_company": good.get("currentCompanyName", ""),
            "current_title": good.get("currentJobTitle", ""),
            "profile_url": good["externalProfileUrl"],
            "external_created_at": good["atsCreatedAt"],
            "external_modified_at": good["atsLastModifiedAt"],
            "received_at": timezone.now(),
        },
    )
    address = MemberEmail.objects.filter(
        normal_form__in=keys, verified_at__isnull=False, member__closed_at=None
    ).first()
    if address is not None:
        now = timezone.now()
        _, new = Match.objects.update_or_create(
            candidate=candidate,
            member_id=address.member_id,
            defaults={"state": Match.State.AUTOMATIC, "rule": "email", "decided_at": now},
        )
        if new:
            FactLogEntry.objects.create(
                token=token, member_id=address.member_id, fact="in_ats", added=True
            )
