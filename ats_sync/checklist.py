"""What must be so before an ATS works for its company: what is done, and who acts next.

`checklist` is a function of what is stored; nothing is ticked by hand but the end of the history,
for which the contract has no call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from ats_sync import activation
from ats_sync.models import (
    ApplicationSecret,
    Ats,
    AtsPerson,
    DeveloperApplication,
    Integration,
    IntegrationSetting,
)
from ats_sync.models.integration import ALL_PRODUCT_USERS
from rsc.models import Contract, Seat, User

Key = IntegrationSetting.Key
Challenge = IntegrationSetting.Challenge


class State(StrEnum):
    DONE = "done"
    MISSING = "missing"
    WAITING = "waiting"


class Who(StrEnum):
    """Who must act next."""

    YOU = "You"
    ADMINISTRATOR = "The ATS's administrator"
    VENDOR = "The ATS vendor"


@dataclass(frozen=True)
class Step:
    """One line of the list.

    Attributes:
        code: its name in links and tests.
        title: what must be so.
        state: whether it is.
        text: one sentence of what is, or of what is missing.
        who: who must act; None when it is done.
        link, link_text: where the next step is taken; empty when it is not taken here.
    """

    code: str
    title: str
    state: State
    text: str
    who: Who | None = None
    link: str = ""
    link_text: str = ""

    @property
    def is_done(self) -> bool:
        return self.state is State.DONE


def checklist(ats: Ats) -> list[Step]:
    """The steps of one ATS in the order in which they are taken. Five queries."""
    features = list(
        ats.integrations.select_related("contract").prefetch_related("settings").order_by("pk")
    )
    facts = _facts(ats.pk)
    return [
        *_of_application(ats, facts),
        *_of_features(ats, features),
        *_of_settings(ats, features, facts),
        _seats(ats),
        *_of_data(ats, facts),
    ]


def is_green(steps: list[Step]) -> bool:
    """Whether nothing is left to do."""
    return all(step.is_done for step in steps)


def first_steps(user: User) -> list[Step]:
    """From an empty database to a first ATS, for the administrator who begins. Five queries.

    Once there is an ATS, its own checklist goes on.
    """
    contract = Contract.objects.filter(active=True).order_by("pk").first()
    secret = ApplicationSecret.objects.live().order_by("pk").first()
    unfinished = None if secret else DeveloperApplication.objects.order_by("pk").first()
    has_seat = contract is not None and Seat.objects.active().exists()
    seat = {"contract": contract.pk, "user": user.pk} if contract else {}
    ats = {"company": contract.company_id} if contract else {}
    ats |= {"application": secret.application_id} if secret else {}
    application = (
        reverse("admin:ats_sync_developerapplication_change", args=[unfinished.pk])
        if unfinished
        else reverse("admin:ats_sync_developerapplication_add")
    )
    steps = (
        ("Company", contract, "A company with a contract, on which its recruiters work.",
         reverse("admin:rsc_company_add"), "Add the company and its contract"),
        ("Seat", has_seat, "A seat for each who recruits; begin with your own.",
         _with("admin:rsc_seat_add", seat), "Give yourself a seat"),
        ("Application", secret, "The account of the ATS: its name, the origins of its pages, "
         "and a secret.", application, "Register the ATS and make its secret"),
        ("ATS", Ats.objects.exists(), "The ATS of the company, which then has a checklist.",
         _with("admin:ats_sync_ats_add", ats), "Connect the ATS"),
    )  # fmt: skip
    return [
        Step(title.lower(), title, State.DONE, text)
        if done
        else Step(title.lower(), title, State.MISSING, text, Who.YOU, link, link_text)
        for title, done, text, link, link_text in steps
    ]


def _with(name: str, values: dict[str, int]) -> str:
    return f"{reverse(name)}?{urlencode(values)}"


# ------------------------------------------------------------------------------- the ATS's side
def _facts(ats_pk: int) -> Ats:
    """The ATS with what is there of each kind, in one query."""
    kinds = {"acls": Ats.acls, "job_postings": Ats.job_postings, "candidates": Ats.candidates}
    found = {
        f"has_{name}": Exists(kind.rel.related_model.objects.filter(ats=OuterRef("pk")))
        for name, kind in kinds.items()
    }
    return Ats.objects.annotate(**found).select_related("history_confirmed_by").get(pk=ats_pk)


def _of_application(ats: Ats, facts: Ats) -> Iterator[Step]:
    application = ats.application
    page = reverse("admin:ats_sync_developerapplication_change", args=[application.pk])
    here = {"link": page, "link_text": "Open the application"}
    title = "Application provisioned"
    if application.secrets.live().exists():
        text = f"The ATS signs in as “{application}” ({application.client_id})."
        yield Step("application", title, State.DONE, text)
    else:
        text = "The application has no client secret, so the ATS cannot fetch a token."
        yield Step("application", title, State.MISSING, text, Who.YOU, **here)
    title = "Origins of the ATS's pages listed"
    if application.script_origins:
        text = f"The profile widget works on {get_text_list(application.script_origins, 'and')}."
        yield Step("origins", title, State.DONE, text)
    else:
        text = "No page may show the profile widget yet: list the addresses of the ATS's pages."
        yield Step("origins", title, State.MISSING, text, Who.YOU, **here)


def _of_features(ats: Ats, features: list[Integration]) -> Iterator[Step]:
    here = {"link": _page(ats, "change"), "link_text": "Open the features"}
    there = {one.integration_type for one in features}
    if not set(activation.COMPANY_LEVEL) <= there:
        text = "Nobody has asked the vendor for the company level yet: press Activate there."
        yield Step("asked", "Company level asked for", State.MISSING, text, Who.YOU, **here)
    else:
        text = "The vendor was asked for all features of the company."
        yield Step("asked", "Company level asked for", State.DONE, text)
    unnamed = [one for one in features if not one.name]
    named = bool(features) and not unnamed
    if named:
        yield Step("name", "Features named", State.DONE, "The vendor is ready: all have a name.")
    else:
        text = (
            f"Without a name: {_titles(unnamed)}. The vendor sends it, or tells you the name."
            if features
            else "There is nothing to name before a level is asked for."
        )
        settings = {"link": _page(ats, "settings"), "link_text": "Set the names yourself"}
        yield Step("name", "Features named", State.WAITING, text, Who.VENDOR,
                   **(settings if features else {}))  # fmt: skip
    off = [one for one in features if one.status != Integration.Status.ENABLED]
    if features and not off:
        yield Step("enabled", "Features enabled", State.DONE, "All that were asked for are on.")
    else:
        text = f"Not enabled: {_titles(off)}." if off else "Nothing can be enabled yet."
        state = State.MISSING if named else State.WAITING
        yield Step("enabled", "Features enabled", state, text, Who.YOU, **here)


def _of_settings(ats: Ats, features: list[Integration], facts: Ats) -> Iterator[Step]:
    values = {setting.key: setting for one in features for setting in one.settings.all()}
    yield _callback(ats, values.get(Key.CALLBACK_URL), bool(features))
    here = {"link": _page(ats, "settings"), "link_text": "Say who sees them"}
    title = "Viewers or ACLs set"
    hidden = [
        label
        for key, label in (
            (Key.JOB_POSTING_VIEWERS, "requisitions"),
            (Key.APPLICATION_VIEWERS, "applications"),
        )
        if not (key in values and values[key].value == ALL_PRODUCT_USERS)
    ]
    if not hidden:
        text = "Everyone who uses Recruiter sees requisitions and applications."
        yield Step("viewers", title, State.DONE, text)
    elif facts.has_acls:
        text = f"Of {' and '.join(hidden)}, people see those whose ACL they hold."
        yield Step("viewers", title, State.DONE, text)
    else:
        text = f"All {' and '.join(hidden)} are hidden: there are neither viewers nor ACLs."
        yield Step("viewers", title, State.MISSING, text, Who.YOU, **(here if features else {}))


def _callback(ats: Ats, setting: IntegrationSetting | None, may_be_set: bool) -> Step:
    code, title = "callback", "Callback verified"
    here = {"link": _page(ats, "settings"), "link_text": "Set the callback URL"}
    if setting is None:
        text = "No callback URL is set, so exports would have nowhere to go."
        more = here if may_be_set else {}
        return Step(code, title, State.MISSING, text, Who.ADMINISTRATOR, **more)
    if setting.challenge == Challenge.VERIFIED:
        return Step(code, title, State.DONE, f"{setting.value} knows the secret.")
    ask = {"link": _page(ats, "callback"), "link_text": "Ask it again"}
    if setting.challenge == Challenge.FAILING:
        text = f"{setting.value} failed the security challenge three times in a row."
        return Step(code, title, State.MISSING, text, Who.VENDOR, **ask)
    text = f"{setting.value} has not yet shown that it knows the secret."
    return Step(code, title, State.WAITING, text, Who.VENDOR, **ask)


# ----------------------------------------------------------------------------------- our side
def _seats(ats: Ats) -> Step:
    code, title = "seats", "Seats mapped to users of the ATS"
    mapped = AtsPerson.objects.filter(ats=ats, user=OuterRef("user"))
    seats = Seat.objects.active().filter(contract__company=ats.company_id)
    people = dict(seats.values_list("user").annotate(is_mapped=Exists(mapped)))
    missing = sum(not is_mapped for is_mapped in people.values())
    if not people:
        text = f"Nobody at {ats.company} has an active seat yet."
        page = reverse("admin:rsc_contract_changelist") + f"?q={ats.company_id}"
        return Step(code, title, State.MISSING, text, Who.YOU, page, "Give out seats")
    if missing:
        text = f"Not mapped yet: {missing} of {len(people)} with a seat."
        return Step(code, title, State.MISSING, text, Who.YOU, _page(ats, "people"), "Map them")
    return Step(code, title, State.DONE, f"Everyone with a seat is mapped: {len(people)}.")


def _of_data(ats: Ats, facts: Ats) -> Iterator[Step]:
    arrived = [
        label
        for label, there in (
            ("requisitions", facts.has_job_postings), ("candidates", facts.has_candidates)
        )
        if there
    ]  # fmt: skip
    title = "First push received"
    if arrived:
        yield Step("push", title, State.DONE, f"There are {' and '.join(arrived)}.")
    else:
        text = "Nothing has arrived. The ATS pushes by itself once its side is set up."
        guide = {"link": _page(ats, "links"), "link_text": "Show its administrator what to do"}
        yield Step("push", title, State.WAITING, text, Who.ADMINISTRATOR, **guide)
    title = "History complete"
    here = {"link": _page(ats, "history"), "link_text": "Confirm that all has arrived"}
    if facts.history_complete_at:
        by = facts.history_confirmed_by.full_name if facts.history_confirmed_by else "somebody"
        day = timezone.localtime(facts.history_complete_at).date()
        text = f"Confirmed by {by} on {day:%B} {day.day}, {day.year}."
        yield Step("history", title, State.DONE, text)
    elif arrived:
        text = "Compare the numbers of what has arrived with the ATS's own, then confirm."
        yield Step("history", title, State.MISSING, text, Who.YOU, **here)
    else:
        yield Step("history", title, State.WAITING, "It begins with the first push.", Who.VENDOR)


def _page(ats: Ats, name: str) -> str:
    return reverse(f"admin:ats_sync_ats_{name}", args=[ats.pk])


def _titles(features: list[Integration]) -> str:
    names = [
        one.get_integration_type_display() + (f" on {one.contract.name}" if one.contract else "")
        for one in features
    ]
    return get_text_list(names, "and")
