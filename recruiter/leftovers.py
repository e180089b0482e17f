"""Places that hold a person's words without naming the person's row: cleared when they go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable
from django_q.models import Failure

from recruiter.models import (
    ContactShare,
    Enclosure,
    ImportedPerson,
    Member,
    MemberDocument,
    MemberEmail,
    MemberPhone,
    PeopleImport,
    SavedSearch,
    SearchFind,
    SearchRun,
)
from recruiter.search import document
from rsc.models import OutboxEvent, User

MANY = 1_000  # sessions that are read at once


@dataclass
class Words:
    """What is known of a person before it is deleted, kept in memory only.

    Attributes:
        addresses: e-mail addresses.
        typed: what other people may have typed somewhere: addresses, phones, the whole name.
        facets: ids of the facet values of the person's document.
        enclosures: ids of files in the person's threads.
    """

    addresses: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    facets: list[int] = field(default_factory=list)
    enclosures: list[int] = field(default_factory=list)


def words_of(member: Member) -> Words:
    """Read what must be looked for after the member's rows are gone."""
    emails = MemberEmail.objects.filter(member=member).values_list("address", flat=True)
    phones = MemberPhone.objects.filter(member=member).values_list("number", flat=True)
    shares = ContactShare.objects.filter(member=member).values_list("email", "phone")
    addresses = {*emails, *(email for email, _ in shares)}
    if member.user:
        addresses.add(member.user.email)
    addresses -= {""}
    typed = {*addresses, *phones, *(phone for _, phone in shares)} - {""}
    if member.first_name and member.last_name:
        typed.add(member.full_name)
    facets = MemberDocument.objects.filter(member=member).values_list("facets", flat=True).first()
    enclosures = Enclosure.objects.filter(messages__conversation__member=member)
    return Words(addresses, typed, facets or [], list(enclosures.values_list("pk", flat=True)))


def clear(member: Member, words: Words) -> None:
    """Clear them. Call it in the transaction that deleted the member's rows, after that."""
    Enclosure.objects.filter(pk__in=words.enclosures, messages=None).delete()
    finds = SearchFind.objects.filter(member_ids__contains=[member.pk])
    finds.update(member_ids=_without("member_ids", member.pk))
    _forget_facets(words.facets)
    forget_typed(words.addresses, words.typed)
    LogEntry.objects.filter(
        content_type__app_label="recruiter", content_type__model="member", object_id=str(member.pk)
    ).update(object_repr=f"member {member.pk}", change_message="")


def forget_typed(addresses: Collection[str], typed: Collection[str]) -> None:
    """Delete what people and sign-ins left about somebody with these addresses and words."""
    by_address = _any_of("email", addresses)
    ImportedPerson.objects.filter(by_address).delete()
    for row in PeopleImport.objects.filter(_any_of("text", typed, "icontains")):
        row.text = _without_lines(row.text, typed)
        row.save(update_fields=["text"])
    for searches in (SearchRun, SavedSearch):
        searches.objects.filter(_any_of("query", _as_in_urls(typed), "icontains")).delete()
    for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
        attempts.objects.filter(_any_of("username", addresses)).delete()
    OutboxEvent.objects.filter(_any_of("last_error", typed, "icontains")).update(last_error="")
    for failure in Failure.objects.all():
        if any(word in str(failure.result) for word in typed):
            failure.delete()


def end_sign_in(user: User) -> None:
    """Forget how a user signs in: addresses, second factors, providers, tokens, sessions."""
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    for tokens in ("grant", "refreshtoken", "accesstoken", "idtoken", "devicegrant"):
        getattr(user, f"oauth2_provider_{tokens}").all().delete()
    mine = [
        session.pk
        for session in Session.objects.iterator(chunk_size=MANY)
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=mine).delete()


def _forget_facets(facets: Collection[int]) -> None:
    """Delete values that nobody else has. No document may be written meanwhile."""
    if facets:
        document.one_writer()
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_FACETS, [list(facets)])


def _any_of(name: str, values: Collection[str], how: str = "iexact") -> Q:
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= Q(**{f"{name}__{how}": value})
    return wanted


def _as_in_urls(values: Collection[str]) -> set[str]:
    """A search is kept as the query of its page's address: there a space is a plus sign."""
    return {
        form
        for value in values
        for form in (value, value.replace(" ", "+"), value.replace(" ", "%20"),
                     value.replace("@", "%40"))
    }  # fmt: skip


def _without(name: str, number: int) -> Combinable:
    return Func(F(name), Value(number), function="array_remove")


def _without_lines(text: str, values: Collection[str]) -> str:
    """A file's text with the person's lines emptied, so that the others keep their numbers."""
    lower = [value.lower() for value in values]
    return "".join(
        "\n" if any(value in line.lower() for value in lower) else line
        for line in text.splitlines(keepends=True)
    )


_FORGET_FACETS = """
DELETE FROM recruiter_facetvalue AS value WHERE value.id = ANY(%s) AND NOT EXISTS (
    SELECT FROM recruiter_memberdocument AS d WHERE d.facets @> ARRAY[value.id]
)
"""
