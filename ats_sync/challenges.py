"""Does an ATS's callback know the secret? Asked when set and every two hours (contract.md 12.1).

An ATS may never have heard of the challenge, so notices go out whatever comes of it, unless
RSC_REQUIRE_CHALLENGE is on; administrators see the state beside the URL.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
from django.db import connection
from django.utils import timezone

from ats_sync import calls_out
from ats_sync.callbacks import callback_settings
from ats_sync.models import DeveloperApplication
from ats_sync.models import IntegrationSetting as Setting
from ats_sync.sending import AT_ONCE
from rsc.sealing import SealBroken

# A callback URL was set. Key: the setting's id. Payload: {}.
CALLBACK_URL_SET = "callback.url_set"

SECONDS = 3.0
EVERY = timedelta(hours=2)
FAILING_AFTER = 3  # in a row


class _Answer(msgspec.Struct, rename="camel"):
    challenge_response: str


def response_to(secret: str, code: str) -> str:
    """What an ATS must answer to a code."""
    return hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()


def challenge(setting: Setting) -> Setting.Challenge:
    """Ask the callback of one ATS and keep what came of it; no transaction may be open.

    Returns:
        The URL's state from now on.
    """
    application = setting.integration.ats.application
    passed = _passes(setting.value, application)
    setting.failed_challenges = 0 if passed else setting.failed_challenges + 1
    setting.challenge = _state(setting.failed_challenges)
    setting.challenged_at = timezone.now()
    # The vendor may have set another URL meanwhile, of which this says nothing.
    Setting.objects.filter(pk=setting.pk, value=setting.value).update(
        failed_challenges=setting.failed_challenges,
        challenge=setting.challenge,
        challenged_at=setting.challenged_at,
    )
    return setting.challenge


def challenge_due() -> int:
    """Ask all callbacks that were not asked for two hours, several at once; returns how many."""
    asked_lately = timezone.now() - EVERY
    due = list(
        callback_settings()
        .exclude(challenged_at__gt=asked_lately)
        .select_related("integration__ats__application")
    )
    if len(due) < 2:
        return len([challenge(setting) for setting in due])
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return len(list(threads.map(_challenge_in_thread, due)))


def challenge_one(setting_id: int) -> None:
    """Ask one callback, if it is still set."""
    settings = callback_settings().select_related("integration__ats__application")
    if setting := settings.filter(pk=setting_id).first():
        challenge(setting)


def _challenge_in_thread(setting: Setting) -> Setting.Challenge:
    try:
        return challenge(setting)
    finally:
        connection.close()


def _state(failures: int) -> Setting.Challenge:
    if failures == 0:
        return Setting.Challenge.VERIFIED
    if failures < FAILING_AFTER:
        return Setting.Challenge.UNVERIFIED
    return Setting.Challenge.FAILING


def _passes(url: str, application: DeveloperApplication) -> bool:
    code = str(uuid.uuid4())
    query = {"challengeCode": code, "applicationId": str(application.pk)}
    try:
        answer = calls_out.get(url, query, seconds=SECONDS)
        said = msgspec.json.decode(answer.body, type=_Answer).challenge_response
        wanted = response_to(application.signing_secret(), code)
    except (calls_out.CallFailed, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    except (IndexError, SealBroken):
        return False  # there is no secret to ask about
    label = answer.content_type.partition(";")[0].strip().lower()
    good = answer.status == 200 and label == "application/json"
    return good and hmac.compare_digest(said.encode(), wanted.encode())
