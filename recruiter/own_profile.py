"""Verbs of members on their own profiles. Each tells search and matching that it changed."""

from __future__ import annotations

from django import forms
from django.db import models, transaction
from django.utils import timezone

from recruiter import members
from recruiter.models import InMailBlock, Member, Position
from rsc.models import Company


@transaction.atomic
def keep(form: forms.ModelForm) -> models.Model:
    """Save what a member typed: the profile itself, or a part of it."""
    row = form.instance
    if isinstance(row, Position):
        # Connections and the private "open to opportunities" go by the company.
        row.company = Company.objects.filter(name__iexact=row.employer.strip()).first()
    saved = form.save()
    touched(saved if isinstance(saved, Member) else saved.member)
    return saved


@transaction.atomic
def delete(row: models.Model) -> None:
    """Take a position, an education or a number out of a profile."""
    member = row.member
    row.delete()
    touched(member)


def touched(member: Member) -> None:
    """Date a profile's change and announce it. Needs an open transaction."""
    Member.objects.filter(pk=member.pk).update(modified_at=timezone.now())
    members.tell_changed([member.pk])


def block(member: Member, company: Company) -> None:
    """Take no more messages from a company. Threads that there are stay readable."""
    InMailBlock.objects.get_or_create(
        member=member, company=company, defaults={"at": timezone.now()}
    )
