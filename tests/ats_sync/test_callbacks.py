"""Notices to ATSs: signed, sent until taken, and never where they must not go (CF-140 to 142)."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from ats_sync import callbacks, calls_out, sending, tasks
from ats_sync.models import ApplicationSecret, Ats, CallbackDelivery, Integration
from ats_sync.models import IntegrationSetting as Setting
from rsc.models import OutboxEvent
from tests import factories
from tests.ats_sync.receiver import Receiver, receiving
from tests.ats_sync.worker import Worker

pytestmark = pytest.mark.django_db

State = CallbackDelivery.State
EXPORT = CallbackDelivery.Event.EXPORT
# Invented, from contract.md 12.1 to 12.3.
SECRET = "s3cr3t-Example-0001"


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    with receiving() as running:
        yield running


def listen(ats: Ats, url: str) -> Ats:
    """Give an ATS a secret and a callback URL."""
    ApplicationSecret.make(ats.application)
    feature, _ = Integration.objects.get_or_create(
        ats=ats, integration_type=Integration.Type.ONE_CLICK_EXPORT, defaults={"name": "Export"}
    )
    factories.IntegrationSettingFactory(
        integration=feature, key=Setting.Key.CALLBACK_URL, value=url
    )
    return ats


@pytest.fixture
def listening(ats, receiver) -> Ats:
    return listen(ats, receiver.url)


def announce(ats: Ats) -> CallbackDelivery:
    with transaction.atomic():
        return callbacks.announce(ats, EXPORT)


def fall_due(delivery: CallbackDelivery) -> None:
    CallbackDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())


# ------------------------------------------------------------------------------- what is sent
def test_body_and_signature_are_those_of_the_contract(ats):
    delivery = CallbackDelivery(
        pk=4102001,
        ats=ats,
        event=EXPORT,
        expires_at=datetime.fromtimestamp(1793200000, tz=UTC),
    )
    body = callbacks.body_of(delivery)
    assert body == (
        b'{"id":"4102001","type":"EXPORT_CANDIDATE_PROFILE","expiresAt":1793200000000,'
        b'"requestId":"4102001","eventType":"EXPORT_CANDIDATE_PROFILE"}'
    )
    assert callbacks.signature(SECRET, body) == (
        "25e5def170f8b348d6f331107041e8728bb08392b66c028387ef34eec8de67cf"
    )


def test_a_notice_arrives_once_signed_with_the_secret_last_used(listening, receiver, drain):
    newer, text = ApplicationSecret.make(listening.application)
    newer.touch()
    delivery = announce(listening)
    assert OutboxEvent.objects.get().topic == "callback.fell_due"
    drain()
    assert tasks.deliver_due() == 1
    assert tasks.deliver_due() == 0
    ((headers, body),) = receiver.got
    assert headers["Content-Type"] == "application/json"
    wanted = hmac.new(text.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    assert headers["X-LI-Signature"] == wanted
    assert json.loads(body)["requestId"] == str(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status, delivery.attempts) == (State.DELIVERED, 204, 1)
    assert delivery.delivered_at is not None


# ------------------------------------------------------------------------------- trying again
def test_a_refused_notice_is_sent_again_with_the_same_id_after_a_minute(listening, receiver):
    receiver.statuses = [500, 204]
    delivery = announce(listening)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    wait = delivery.next_attempt_at - timezone.now()
    assert (delivery.state, delivery.last_status) == (State.WAITING, 500)
    assert timedelta(seconds=50) < wait <= timedelta(minutes=1)
    assert callbacks.deliver_due() == 0
    fall_due(delivery)
    callbacks.deliver_due()
    first, second = receiver.got
    assert first[1] == second[1]
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED


def test_waits_grow_and_six_retries_end_within_a_day(listening, receiver):
    receiver.statuses = [503]
    delivery = announce(listening)
    waits = []
    for _ in range(7):
        fall_due(delivery)
        callbacks.deliver_due()
        delivery.refresh_from_db()
        waits.append(round((delivery.next_attempt_at - timezone.now()).total_seconds() / 60))
    assert waits[:6] == [1, 5, 30, 120, 360, 720]
    assert (delivery.state, delivery.attempts) == (State.FAILED, 7)
    assert delivery.last_error == "The ATS answered 503"
    assert sum(sending.RETRIES, timedelta()) < callbacks.LIFETIME


def test_what_expired_is_not_sent_any_more(listening, receiver):
    delivery = announce(listening)
    CallbackDelivery.objects.update(expires_at=timezone.now())
    assert callbacks.deliver_due() == 0
    delivery.refresh_from_db()
    assert (delivery.state, receiver.got) == (State.FAILED, [])


def test_a_redirect_is_a_failure_and_is_not_followed(listening, receiver):
    receiver.statuses = [301]
    delivery = announce(listening)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.last_error == "The ATS answered 301; redirects are not followed"
    assert len(receiver.got) == 1


def test_a_dropped_connection_is_tried_again(listening, receiver):
    receiver.drop = True
    delivery = announce(listening)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == (State.WAITING, None)
    assert delivery.last_error.startswith("No connection")


@pytest.mark.parametrize("manner", ["wait", "drip"])
def test_a_slow_callback_is_cut_off(listening, receiver, monkeypatch, manner):
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    setattr(receiver, manner, 1.0)
    delivery = announce(listening)
    started = time.monotonic()
    callbacks.deliver_due()
    assert time.monotonic() - started < 0.9
    delivery.refresh_from_db()
    assert delivery.last_error == "No answer within 0.3 seconds"


def test_an_ats_without_a_callback_url_is_tried_until_it_has_one(ats, receiver):
    delivery = announce(ats)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == (State.WAITING, "No callback URL is set")
    listen(ats, receiver.url)
    fall_due(delivery)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED


def test_an_application_without_a_secret_gets_nothing_unsigned(listening, receiver):
    ApplicationSecret.objects.all().delete()
    delivery = announce(listening)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.last_error == "The application has no secret to sign with"
    assert receiver.got == []


def test_resending_makes_a_new_id(listening, receiver):
    receiver.statuses = [410]
    old = announce(listening)
    new = callbacks.resend(old)
    assert new.pk != old.pk
    assert (new.event, new.state) == (old.event, State.WAITING)


# ----------------------------------------------------------------------------- order and fairness
def test_one_ats_gets_its_notices_in_order(listening, receiver):
    sent = [announce(listening) for _ in range(5)]
    callbacks.deliver_due()
    arrived = [json.loads(body)["id"] for _, body in receiver.got]
    assert arrived == [str(delivery.pk) for delivery in sent]


def test_a_dead_callback_costs_one_call_a_round(ats, receiver):
    listen(ats, "http://127.0.0.1:9/nobody")
    first, second = announce(ats), announce(ats)
    assert callbacks.deliver_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, second.attempts) == (1, 0)


def test_a_notice_that_one_worker_sends_is_not_taken_by_another(listening):
    announce(listening)
    announce(listening)
    assert callbacks.CHANNEL.claim(listening.pk)
    assert not callbacks.CHANNEL.claim(listening.pk)


def test_the_call_is_made_outside_of_any_transaction(listening, receiver, monkeypatch):
    open_during_call = []
    real = calls_out.Line.post

    def post(*args, **kwargs):
        open_during_call.append(len(connection.savepoint_ids))
        return real(*args, **kwargs)

    before = len(connection.savepoint_ids)
    monkeypatch.setattr(calls_out.Line, "post", post)
    announce(listening)
    callbacks.deliver_due()
    assert open_during_call == [before]


# -------------------------------------------------------------------------- where it must not go
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/cb",
        "https://localhost/cb",
        "https://10.1.2.3/cb",
        "https://169.254.169.254/latest",
        "https://[::1]/cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://[64:ff9b::7f00:1]/cb",
        "https://[2002:7f00:1::]/cb",
        "https://0.0.0.0/cb",
        "https://224.0.0.1/cb",
    ],
)
def test_private_addresses_are_refused(ats, settings, url):
    settings.CALLBACKS_MAY_BE_PRIVATE = False
    listen(ats, url)
    delivery = announce(ats)
    callbacks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.last_error == "The callback URL leads into a private network"


def test_a_name_with_one_private_address_among_public_ones_is_refused(settings, monkeypatch):
    settings.CALLBACKS_MAY_BE_PRIVATE = False
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(calls_out.socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(calls_out.CallFailed, match="private network"):
        calls_out.post("https://two.faces.test/", b"{}", {}, seconds=1)


def test_the_address_that_was_checked_is_the_one_that_is_called(receiver, monkeypatch):
    asked = []
    real = calls_out.socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        asked.append(host)
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(calls_out.socket, "getaddrinfo", look_up)
    port = receiver.url.split(":")[2].split("/")[0]
    calls_out.post(f"http://ats.acme.test:{port}/cb", b"{}", {}, seconds=2)
    assert asked.count("ats.acme.test") == 1
    assert receiver.got[0][0]["Host"] == f"ats.acme.test:{port}"


def test_an_unknown_host_is_said_to_be_unknown(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(calls_out.socket, "getaddrinfo", fail)
    with pytest.raises(calls_out.CallFailed, match="host is not known"):
        calls_out.post("https://nobody.test/", b"", {}, seconds=1)


# ----------------------------------------------------------------------------- real processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_push_and_record_leaves_a_notice_that_is_sent_again(
    listening, receiver
):
    delivery = announce(listening)
    assert Worker(die_after=1).wait() == -signal.SIGKILL
    delivery.refresh_from_db()
    assert (delivery.state, len(receiver.got)) == (State.WAITING, 1)
    assert callbacks.deliver_due() == 0  # its claim still holds
    CallbackDelivery.objects.update(claimed_until=timezone.now())
    assert callbacks.deliver_due() == 1
    first, second = receiver.got
    assert first[1] == second[1]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.DELIVERED, 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_nothing_twice_and_keep_the_order(listening, receiver):
    sent = [announce(listening) for _ in range(12)]
    receiver.wait = 0.02
    workers = [Worker(), Worker()]
    for worker in workers:
        assert worker.wait() == 0
    while callbacks.deliver_due():
        pass
    arrived = [int(json.loads(body)["id"]) for _, body in receiver.got]
    assert arrived == [delivery.pk for delivery in sent]


@pytest.mark.django_db(transaction=True)
def test_a_dead_callback_delays_no_other_ats(ats, receiver, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 1.5)
    with receiving() as tarpit:
        tarpit.wait = 3.0
        listen(ats, tarpit.url)
        others = [listen(factories.AtsFactory(), f"{receiver.url}/{n}") for n in range(3)]
        for one in [ats, *others]:
            announce(one)
        started = time.monotonic()
        assert callbacks.deliver_due() == 4
        assert time.monotonic() - started < 2.5
    assert CallbackDelivery.objects.filter(state=State.DELIVERED).count() == 3


def test_a_waiting_notice_rings_a_worker(listening, drain, settings):
    announce(listening)
    settings.OUTBOX_RINGS_WORKER = True
    drain()
    assert [task.func() for task in OrmQ.objects.all()] == ["ats_sync.tasks.deliver_to_ats"]
