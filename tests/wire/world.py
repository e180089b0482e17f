"""The world of the stories, and what people do in it between two requests."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from oauth2_provider.models import AccessToken

from ats_sync import access_tokens, activation, callbacks, challenges, exports
from ats_sync.models import (
    ApiRequest,
    Application,
    ApplicationNote,
    ApplicationSecret,
    ApplicationStage,
    Ats,
    CallbackDelivery,
    DeveloperApplication,
    Export,
    Integration,
    IntegrationSetting,
    InterviewFeedback,
    JobPosting,
)
from recruiter import inmail, members, notes
from recruiter.models import ContactShare, InMail, Member, RecruiterNote
from rsc import outbox
from rsc.models import Seat
from tests import factories
from tests.ats_sync.receiver import Receiver

NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)  # 1773230400000 on the wire
Deed = Callable[..., Any]
DEEDS: dict[str, Deed] = {}


def deed(name: str) -> Callable[[Deed], Deed]:
    """Make a function known to the stories; what it returns is the story's answer."""

    def mark(function: Deed) -> Deed:
        DEEDS[name] = function
        return function

    return mark


class World:
    """One customer of one vendor, with a recruiter, a member, and the vendor's own server.

    Attributes:
        names: what the placeholders of the stories stand for; stories add to it.
        last: the latest answer.
    """

    def __init__(self, ats: Ats, ada: Seat, mae: Member, receiver: Receiver, settings: Any) -> None:
        self.ats, self.ada, self.mae, self.receiver = ats, ada, mae, receiver
        self.settings = settings
        self.last: Any = None
        stranger = factories.AtsFactory()
        self._tokens = {
            "customer": access_tokens.issue(ats.application),
            "vendor": access_tokens.issue(ats.application.parent),
            "stranger": access_tokens.issue(stranger.application),
            "person": access_tokens.issue(ats.application, user=ada.user),
            "expired": access_tokens.issue(ats.application),
        }
        AccessToken.objects.filter(pk=AccessToken.objects.latest("pk").pk).update(
            expires=timezone.now() - timedelta(seconds=1)
        )
        urns = {
            "ORG": ats.company.urn,
            "CON": ada.contract.urn,
            "SEAT": ada.urn,
            "PER": mae.urn,
            "FOREIGN": stranger.company.urn,
        }
        self.names: dict[str, Any] = {name: str(urn) for name, urn in urns.items()}
        self.names |= {f"{name}Q": quote(urn, safe="") for name, urn in self.names.items()}
        self.names |= {
            "ME": ada.user.person_id,
            "SEAT_ID": ada.pk,
            "LONG": "x" * 40_000,
            "CALLBACK": receiver.url,
            "STRANGERS_TOKEN": self._tokens["stranger"],
            "CLIENT": ats.application.client_id,
            "SECRET": _secret(ats.application),
            "VENDOR": ats.application.parent.client_id,
            "VENDOR_SECRET": _secret(ats.application.parent),
        }
        receiver.answer_challenge = self.answer_challenge

    def token(self, who: str) -> str:
        """The token of somebody, or the one that the story holds itself."""
        return self._tokens.get(who, who)

    def answer_challenge(self, query: dict[str, list[str]]) -> bytes:
        """As a vendor's server that knows the secret."""
        (code,) = query["challengeCode"]
        response = hmac.new(self.names["SECRET"].encode(), code.encode(), hashlib.sha256)
        return json.dumps(
            {"challengeCode": code, "challengeResponse": response.hexdigest()}
        ).encode()

    def arrived(self) -> Any:
        """The next notice at the vendor's server, after a look at its signature."""
        headers, body = self.receiver.got.pop(0)
        key = self.names["SECRET"].encode()
        wanted = hmac.new(key, b"hmacsha256=" + body, hashlib.sha256).hexdigest()
        assert headers["X-LI-Signature"] == wanted
        return json.loads(body)


def _secret(application: DeveloperApplication) -> str:
    _, text = ApplicationSecret.make(application)
    return text


# --------------------------------------------------------------------------------- administrators
@deed("the customer asks for all features")
def ask_for_features(world: World) -> None:
    Integration.objects.filter(ats=world.ats).delete()
    activation.request_company_level(world.ats)
    activation.request_contract_level(world.ats, world.ada.contract)


@deed("the administrator enables")
def enable(world: World, feature: str) -> None:
    activation.enable(world.ats.integrations.get(integration_type=feature))
    world.names["REQUEST"] = str(CallbackDelivery.objects.latest("pk").pk)


@deed("the contract opens its activity")
def open_activity(world: World) -> None:
    factories.IntegrationFactory(
        ats=world.ats, contract=world.ada.contract, integration_type=Integration.Type.CSA_API
    )


@deed("the operator limits")
def limit(world: World, throttles: list[str]) -> None:
    world.settings.THROTTLES = throttles


@deed("the operator lets callbacks be private")
def allow_private_callbacks(world: World) -> None:
    world.settings.CALLBACKS_MAY_BE_PRIVATE = True


@deed("an administrator looks up the last uuid")
def look_up(world: World) -> dict[str, Any]:
    found = ApiRequest.objects.get(uuid=world.last["x-li-uuid"])
    return {"resource": found.resource, "status": found.status, "record_ids": found.record_ids}


# ------------------------------------------------------------------------------------ recruiters
@deed("the recruiter exports the member")
def export(world: World, job: str) -> None:
    made = exports.export(world.ada, world.mae, JobPosting.objects.get(external_id=job))
    world.names["REQUEST"] = str(made.delivery_id)


@deed("the recruiter looks at the export")
def look_at_export(world: World) -> str:
    return str(Export.objects.with_state().get(delivery=world.names["REQUEST"]).state)


@deed("the recruiter looks for the requisition")
def look_for_requisition(world: World, job: str) -> bool:
    return JobPosting.objects.visible_to(world.ada).filter(external_id=job).exists()


@deed("everybody's view is taken back")
def hide(world: World) -> None:
    IntegrationSetting.objects.filter(value="ALL_PRODUCT_USERS").delete()


@deed("the person of the ACL recruits")
def recruit(world: World) -> None:
    world.names["PER"] = str(world.ada.user.urn)
    world.names["PERQ"] = quote(world.names["PER"], safe="")


@deed("the recruiter writes and the member answers")
def write(world: World) -> None:
    thread = inmail.send(world.ada, world.mae, subject="A role", body="Interested?")
    inmail.reply(world.mae, thread, "Yes.", interested=True)
    for minutes, message in enumerate(InMail.objects.order_by("pk")):
        sent_at = NOON + timedelta(minutes=minutes)
        InMail.objects.filter(pk=message.pk).update(sent_at=sent_at)
    ContactShare.objects.create(
        member=world.mae,
        company=world.ats.company,
        conversation=thread,
        email="mnorris@gmail.com",
        shared_at=NOON,
    )


@deed("the recruiter notes")
def note(world: World, texts: list[str]) -> None:
    for minutes, text in enumerate(texts, 1):
        made = notes.add(world.ada, world.mae, text)
        at = NOON + timedelta(minutes=minutes)
        RecruiterNote.objects.filter(pk=made.pk).update(created_at=at, modified_at=at)


@deed("the recruiter deletes the note")
def delete_note(world: World, text: str) -> None:
    found = RecruiterNote.objects.get(text=text)
    notes.delete(world.ada, found)
    RecruiterNote.objects.filter(pk=found.pk).update(modified_at=NOON + timedelta(minutes=5))


@deed("the member closes the account")
def close_account(world: World) -> None:
    members.close_account(world.mae)


# ------------------------------------------------------------------------------- time and workers
@deed("notices are sent")
def send_notices(world: World, answered: int = 204) -> str:
    world.receiver.statuses = [answered]
    callbacks.deliver_due()
    return str(CallbackDelivery.objects.latest("pk").state)


@deed("a minute passes")
def pass_a_minute(world: World) -> None:
    a_minute = timedelta(minutes=1)
    for delivery in CallbackDelivery.objects.all():
        delivery.next_attempt_at -= a_minute
        delivery.save(update_fields=["next_attempt_at"])


@deed("a day and an hour pass")
def pass_a_day(world: World) -> None:
    CallbackDelivery.objects.update(expires_at=timezone.now() - timedelta(hours=1))


@deed("the worker drains the outbox")
def drain(world: World) -> None:
    outbox.drain()


@deed("the callback is challenged")
def challenge(world: World, knows_the_secret: bool = True) -> str:
    if not knows_the_secret:
        world.receiver.answer_challenge = lambda query: b'{"challengeResponse": "wrong"}'
    setting = callbacks.callback_settings().select_related("integration__ats__application").get()
    return str(challenges.challenge(setting))


# ------------------------------------------------------------------------------ what came of it
@deed("an application is shown with")
def shown_with(world: World, application: str) -> dict[str, Any] | None:
    found = Application.objects.filter(external_id=application).first()
    if found is None:
        return None
    stages = found.stages.order_by("-entered_at")
    return {
        "candidate": found.candidate.external_id if found.candidate else None,
        "stage": stages[0].name if stages else None,
        "notes": found.notes.count(),
        "feedback": found.feedback.count(),
    }


@deed("what hangs on applications")
def hanging(world: World) -> int:
    kinds = (ApplicationNote, ApplicationStage, InterviewFeedback)
    return sum(kind.objects.filter(ats=world.ats).count() for kind in kinds)


@deed("the vendor's applications for a customer")
def applications_of_vendor(world: World, foreign_id: str) -> int:
    return world.ats.application.parent.children.filter(unique_foreign_id=foreign_id).count()


@deed("stored files")
def stored_files(world: World) -> int:
    return world.ats.attachments.count()
