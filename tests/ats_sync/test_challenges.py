"""Whether a callback knows the secret is asked, shown, and blocks nothing by itself (CF-140)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from ats_sync import activation, callbacks, challenges, tasks
from ats_sync.models import ApplicationSecret, CallbackDelivery, Integration
from ats_sync.models import IntegrationSetting as Setting
from rsc.models import OutboxEvent
from tests import factories
from tests.ats_sync.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db

Challenge = Setting.Challenge


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    with receiving() as running:
        yield running


@pytest.fixture
def setting(ats, receiver) -> Setting:
    """A callback URL whose server knows the secret."""
    _, secret = ApplicationSecret.make(ats.application)

    def answer(query: dict[str, list[str]]) -> bytes:
        assert query["applicationId"] == [str(ats.application_id)]
        (code,) = query["challengeCode"]
        response = challenges.response_to(secret, code)
        return json.dumps({"challengeCode": code, "challengeResponse": response}).encode()

    receiver.answer_challenge = answer
    export = ats.integrations.get(integration_type=Integration.Type.ONE_CLICK_EXPORT)
    return activation.set_setting(export, Setting.Key.CALLBACK_URL, receiver.url)


def state_of(setting: Setting) -> str:
    setting.refresh_from_db()
    return setting.challenge


def test_the_response_is_that_of_the_contract():
    code = "3f1c2b9a-7d54-4e0b-9a51-0c8de24b7f11"
    assert challenges.response_to("s3cr3t-Example-0001", code) == (
        "aabe178d2c00adc30d6ede8a9dedf4ef75f37a7a85ed7c12a8cb4fdf1e6740f6"
    )


def test_setting_a_url_has_it_asked_at_once(setting):
    assert OutboxEvent.objects.get(topic="callback.url_set").key == str(setting.pk)
    assert state_of(setting) == Challenge.UNVERIFIED
    tasks.challenge_one(setting.pk)
    assert state_of(setting) == Challenge.VERIFIED
    assert setting.challenged_at is not None


def test_three_failures_in_a_row_are_failing_and_one_success_forgives(setting, receiver):
    good, receiver.answer_challenge = receiver.answer_challenge, lambda query: b"{}"
    states = []
    for _ in range(3):
        tasks.challenge_one(setting.pk)
        states.append(state_of(setting))
    assert states == [Challenge.UNVERIFIED, Challenge.UNVERIFIED, Challenge.FAILING]
    receiver.answer_challenge = good
    tasks.challenge_one(setting.pk)
    assert state_of(setting) == Challenge.VERIFIED


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("label", "text/html"),
        ("challenge_status", 404),
        ("challenge_status", 302),
        ("answer_challenge", lambda query: b'{"challengeResponse":"nope"}'),
        ("answer_challenge", lambda query: b'{"challengeResponse":7}'),
        ("answer_challenge", lambda query: b"\xff\xfe"),
        ("answer_challenge", lambda query: b"[" * 100_000),
    ],
)
def test_any_other_answer_fails(setting, receiver, fault, value):
    setattr(receiver, fault, value)
    tasks.challenge_one(setting.pk)
    assert (state_of(setting), setting.failed_challenges) == (Challenge.UNVERIFIED, 1)


def test_another_url_starts_anew(setting, receiver):
    tasks.challenge_one(setting.pk)
    activation.set_setting(setting.integration, setting.key, f"{receiver.url}/other")
    assert state_of(setting) == Challenge.UNVERIFIED


def test_urls_are_asked_every_two_hours(setting):
    assert tasks.challenge_due() == 1
    assert tasks.challenge_due() == 0
    Setting.objects.update(challenged_at=timezone.now() - timedelta(hours=2, minutes=1))
    assert tasks.challenge_due() == 1


@pytest.mark.django_db(transaction=True)
def test_several_urls_are_asked_at_once(setting, receiver):
    other = factories.IntegrationFactory(integration_type=Integration.Type.ONE_CLICK_EXPORT)
    factories.IntegrationSettingFactory(
        integration=other, key=Setting.Key.CALLBACK_URL, value=f"{receiver.url}/other"
    )
    assert tasks.challenge_due() == 2
    assert state_of(setting) == Challenge.VERIFIED


@pytest.mark.parametrize("required", [True, False])
def test_only_where_the_operator_wants_it_must_a_url_be_verified(
    setting, receiver, settings, required
):
    settings.REQUIRE_CHALLENGE = required
    callbacks.announce(setting.integration.ats, CallbackDelivery.Event.EXPORT)
    callbacks.deliver_due()
    assert len(receiver.got) == (0 if required else 1)
    if required:
        assert "challenge" in CallbackDelivery.objects.get().last_error
        tasks.challenge_one(setting.pk)
        CallbackDelivery.objects.update(next_attempt_at=timezone.now())
        callbacks.deliver_due()
        assert len(receiver.got) == 1
