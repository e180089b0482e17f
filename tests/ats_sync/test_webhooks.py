"""Standard Webhooks: thin events, signed with every live secret, sent until taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest

from ats_sync import candidates, exports, matching, tasks, webhooks
from ats_sync.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from recruiter import contact_sharing, inmail, members
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db

State = WebhookDelivery.State
Event = WebhookEndpoint.Event


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    with receiving() as running:
        yield running


@pytest.fixture
def endpoint(freshing, receiver) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.create(company=freshing, url=receiver.url)
    WebhookSecret.make(endpoint)
    return endpoint


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the specification tells a receiver to; written apart from our signing."""
    lower = {name.lower(): value for name, value in headers.items()}
    assert abs(time.time() - int(lower["webhook-timestamp"])) < 300
    signed = b".".join([lower["webhook-id"].encode(), lower["webhook-timestamp"].encode(), body])
    key = base64.b64decode(secret[len("whsec_") :])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in lower["webhook-signature"].split()


def test_the_signature_is_that_of_the_published_example():
    # From the reference implementations' tests.
    signed = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_export_is_told_by_ids_alone(ada, mae, ats, endpoint, receiver, drain):
    export = exports.export(ada, mae, factories.JobPostingFactory(ats=ats, external_id="REQ-1"))
    drain()
    tasks.deliver_to_endpoint(endpoint.pk)
    ((headers, body),) = receiver.got
    event = json.loads(body)
    assert event["type"] == "member.exported"
    assert event["data"] == {
        "member": str(mae.urn),
        "organization": str(ats.company.urn),
        "request_id": str(export.delivery_id),
        "requisition": "REQ-1",
    }
    assert "Norris" not in body.decode()
    assert verify(endpoint.secrets.get().text, headers, body)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (State.DELIVERED, 1)
    assert headers["webhook-id"] == delivery.message_id


def test_every_live_secret_signs_and_a_revoked_one_does_not(root, endpoint, receiver):
    old = endpoint.secrets.get()
    new = webhooks.roll_secret(endpoint, actor=root)
    webhooks.test(endpoint)
    tasks.deliver_due()
    assert all(verify(secret.text, *receiver.got[0]) for secret in (old, new))
    webhooks.revoke_secret(old, actor=root)
    webhooks.test(endpoint)
    tasks.deliver_due()
    assert verify(new.text, *receiver.got[1])
    assert not verify(old.text, *receiver.got[1])


def test_a_failed_event_is_sent_again_under_the_same_id(endpoint, receiver):
    receiver.statuses = [500, 204]
    webhooks.test(endpoint)
    tasks.deliver_due()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (State.WAITING, "The receiver answered 500")
    WebhookDelivery.objects.update(next_attempt_at=delivery.created_at)
    tasks.deliver_due()
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]


def test_a_replay_keeps_the_id(endpoint, receiver):
    webhooks.test(endpoint)
    tasks.deliver_due()
    assert webhooks.replay(WebhookDelivery.objects.all()) == 1
    tasks.deliver_due()
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_who_answers_gone_is_switched_off(endpoint, receiver):
    receiver.statuses = [410]
    webhooks.test(endpoint)
    tasks.deliver_due()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.disabled_reason) == (False, webhooks.GONE)


def test_nothing_is_sent_unsigned_or_to_an_endpoint_that_is_off(endpoint, receiver):
    endpoint.secrets.all().delete()
    webhooks.test(endpoint)
    tasks.deliver_due()
    assert receiver.got == []
    assert "no secret" in WebhookDelivery.objects.get().last_error


def test_only_the_events_that_it_wants_and_only_of_its_company(
    ada, mae, ats, endpoint, receiver, freshing
):
    WebhookEndpoint.objects.update(events=[Event.LINKED])
    stranger = WebhookEndpoint.objects.create(
        company=factories.CompanyFactory(), url=f"{receiver.url}/other"
    )
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    assert not WebhookDelivery.objects.exists()
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    assert [one.event for one in endpoint.deliveries.all()] == [Event.LINKED]
    assert not stranger.deliveries.exists()


def test_what_members_do_is_told(ada, mae, ats, endpoint, drain):
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    thread = inmail.send(ada, mae, subject="Hello", body="Are you interested?")
    contact_sharing.share(mae, thread)
    drain()
    members.close_account(mae)
    drain()
    told = list(endpoint.deliveries.order_by("pk").values_list("event", flat=True))
    assert told == [Event.EXPORTED, Event.SHARED, Event.CLOSED]
    assert "mnorris" not in json.dumps(list(endpoint.deliveries.values_list("data", flat=True)))


def test_events_about_one_export_keep_their_order(ada, mae, ats, endpoint, receiver):
    receiver.statuses = [500, 204]
    export = exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    matching.follow([mae.pk], ats)  # nothing yet
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    tasks.deliver_due()
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["member.exported"]
    first = WebhookDelivery.objects.order_by("pk").first()
    WebhookDelivery.objects.filter(pk=first.pk).update(next_attempt_at=export.created_at)
    tasks.deliver_due()
    told = [json.loads(body)["type"] for _, body in receiver.got]
    assert told == ["member.exported", "member.exported", "export.linked"]


# ------------------------------------------------------------------------------------- the admin
def test_an_administrator_makes_an_endpoint_a_secret_and_a_test(browse, root, freshing, receiver):
    client = browse(root)
    data = {"company": freshing.pk, "url": receiver.url, "description": "HR", "active": "on"}
    answer = client.post("/admin/ats_sync/webhookendpoint/add/", data)
    endpoint = WebhookEndpoint.objects.get()
    assert answer["Location"].endswith(f"/{endpoint.pk}/change/")
    shown = client.post(f"/admin/ats_sync/webhookendpoint/{endpoint.pk}/secret/")
    assert endpoint.secrets.get().text in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    client.post(f"/admin/ats_sync/webhookendpoint/{endpoint.pk}/test/")
    tasks.deliver_due()
    page = client.get(f"/admin/ats_sync/webhookendpoint/{endpoint.pk}/change/").content.decode()
    assert "A test from these settings" in page
    assert "Delivered" in page
    assert endpoint.secrets.get().text not in page
    client.post(
        f"/admin/ats_sync/webhookendpoint/{endpoint.pk}/secret/{endpoint.secrets.get().pk}/revoke/"
    )
    assert not endpoint.secrets.live().exists()


def test_the_log_offers_a_replay(browse, root, endpoint, receiver):
    webhooks.test(endpoint)
    tasks.deliver_due()
    chosen = {"action": "replay", "_selected_action": [WebhookDelivery.objects.get().pk]}
    page = browse(root).post("/admin/ats_sync/webhookdelivery/", chosen, follow=True)
    assert "1 event sent again." in page.content.decode()
    assert WebhookDelivery.objects.get().state == State.WAITING


@pytest.mark.parametrize("url", ["http://hr.test/x", "https://127.0.0.1/x", "nonsense"])
def test_an_address_that_may_not_be_called_is_refused(browse, root, freshing, url):
    data = {"company": freshing.pk, "url": url, "active": "on"}
    page = browse(root).post("/admin/ats_sync/webhookendpoint/add/", data)
    assert "callback URL" in page.content.decode()
    assert not WebhookEndpoint.objects.exists()
