"""What an operator does by command."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from ats_sync import exports, outcomes, webhooks
from ats_sync.models import Ats, CallbackDelivery, DeveloperApplication, WebhookDelivery
from ats_sync.models import WebhookEndpoint as Endpoint
from rsc.models import Company, Seat, User
from tests import factories

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_an_empty_database_gets_a_company_and_somebody_who_can_enter(client, drain):
    words = ("create_company", "Freshing", "--administrator", "ada@freshing.test", "--operator")
    said = run(*words, "--first-name", "Ada")
    link = said.splitlines()[-1].removeprefix("http://localhost:8000")
    drain()
    assert mail.outbox[0].to == ["ada@freshing.test"]
    new = "a much better one"
    client.post(link, {"new_password1": new, "new_password2": new})
    assert client.get("/admin/").status_code == 200
    seat = Seat.objects.get()
    assert (seat.role, seat.state) == (Seat.Role.ADMINISTRATOR, Seat.State.ACTIVE)
    again = run(*words)
    assert "works here already" in again
    assert (Company.objects.count(), Seat.objects.count(), User.objects.count()) == (1, 1, 1)
    with pytest.raises(CommandError, match="no e-mail address"):
        run("create_company", "Freshing", "--administrator", "ada")


def test_a_vendor_and_its_customer_are_let_in_and_secrets_shown_once(freshing, client):
    words = (
        "provision", "--vendor", "Acme", "--customer", "C-1", "--company", freshing.name,
        "--ats", "Acme ATS", "--origin", "https://acme.test",
        "--callback", "https://acme.test/signed-in",
    )  # fmt: skip
    said = run(*words)
    assert said.count("client secret, shown once") == 2
    customer = DeveloperApplication.objects.get(unique_foreign_id="C-1")
    assert customer.script_origins == ["https://acme.test"]
    assert Ats.objects.get().company == freshing
    secret = said.rsplit("shown once: ", 1)[1].split()[0]
    grant = {
        "grant_type": "client_credentials",
        "client_id": customer.client_id,
        "client_secret": secret,
    }
    form = "application/x-www-form-urlencoded"
    token = client.post("/oauth/v2/accessToken", urlencode(grant), content_type=form)
    assert token.status_code == 200
    assert "secret" not in run(*words)
    assert run(*words, "--new-secret").count("shown once") == 1
    with pytest.raises(CommandError, match="secrets are live"):
        run(*words, "--new-secret")
    with pytest.raises(CommandError, match="There is no company"):
        run("provision", "--vendor", "Acme", "--customer", "C-2", "--company", "Nowhere")
    with pytest.raises(CommandError, match="script_origins"):
        run(*words[:7], "--origin", "not an origin")


def test_failed_deliveries_are_sent_again_once(ada, ats):
    failed = CallbackDelivery.State.FAILED
    job = factories.JobPostingFactory(ats=ats)
    sent = [exports.export(ada, factories.MemberFactory(), job) for _ in range(3)]
    stopped = exports.export(ada, factories.MemberFactory(), job)
    outcomes.cancel(ada, ats.exports.filter(pk=stopped.pk))
    CallbackDelivery.objects.update(state=failed)
    old = sent[0].delivery
    CallbackDelivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    endpoint = Endpoint.objects.create(company=ats.company, url="https://hooks.test/")
    message = webhooks.test(endpoint)
    WebhookDelivery.objects.update(state=WebhookDelivery.State.FAILED, attempts=9)
    dry = run("replay_deliveries", "--dry-run")
    assert "2 callbacks and 1 webhook messages would" in dry
    assert "2 callbacks and 1 webhook messages are due" in run("replay_deliveries")
    waiting = CallbackDelivery.objects.filter(state=CallbackDelivery.State.WAITING)
    assert waiting.count() == 2
    message.refresh_from_db()
    assert (message.state, message.attempts) == (WebhookDelivery.State.WAITING, 0)
    assert "0 callbacks and 0 webhook" in run("replay_deliveries")
    assert "1 callbacks and 0 webhook" in run("replay_deliveries", "--hours", "72", "--dry-run")
