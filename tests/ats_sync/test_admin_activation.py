"""The page “ATS integration”, as an administrator walks it."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from ats_sync import access_tokens, activation
from ats_sync.models import Ats, CallbackDelivery, Integration
from recruiter.models import VisibilityToken
from rsc.models import AuditEntry
from tests import factories

Type = Integration.Type
HTTPS = "https://ats.acme.test/cb"


@pytest.fixture
def admin(browse, root) -> Client:
    return browse(root)


@pytest.fixture
def new_ats(freshing, contract) -> Ats:
    return factories.AtsFactory(company=freshing, name="Acme ATS")


def page(name: str, ats: Ats) -> str:
    return reverse(f"admin:ats_sync_ats_{name}", args=[ats.pk])


def text(answer) -> str:
    """What a person reads, without tags."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", plain)


def feature(ats: Ats, one: str) -> Integration:
    return ats.integrations.get(integration_type=one)


def test_the_page_says_what_each_level_gives(admin, new_ats, contract):
    read = text(admin.get(page("change", new_ats)))
    assert "two sets of features, not two sizes" in read
    assert "find past applicants" in read
    assert "InMail history" in read
    assert contract.name in read
    assert "Not asked for" in read
    assert "without ACLs everything is hidden" in read


def test_an_operator_activates_without_any_wire(admin, new_ats, root, drain):
    admin.post(page("ask", new_ats), {"level": "company"})
    read = text(admin.get(page("change", new_ats)))
    assert read.count("Requested") == 3
    assert "Waiting for the ATS vendor to name this feature" in read

    names = {f"name_{one.pk}": f"Acme {one.pk}" for one in new_ats.integrations.all()}
    values = {"callback_url": HTTPS, "everyone_sees_applications": "on", **names}
    answer = admin.post(page("settings", new_ats), values, follow=True)
    assert "Saved." in text(answer)
    assert text(answer).count("Partner ready") == 3

    switch = {"verb": "enable", "feature": [one.pk for one in new_ats.integrations.all()]}
    asked = admin.get(page("switch", new_ats), switch)
    assert "The vendor is told" in text(asked)
    assert feature(new_ats, Type.PROFILE_PLUGIN).status == "PARTNER_READY", "asking changes nothing"
    answer = admin.post(page("switch", new_ats), switch, follow=True)
    assert text(answer).count(" Enabled ") == 3
    assert CallbackDelivery.objects.get().integrations.count() == 3
    assert AuditEntry.objects.filter(verb="integration.enabled", actor=root).count() == 3
    assert VisibilityToken.objects.get(ats_id=new_ats.pk).in_force
    drain()


def test_the_contract_level_is_switched_per_contract(admin, new_ats, contract, di):
    admin.post(page("ask", new_ats), {"level": contract.pk})
    activity = feature(new_ats, Type.CSA_API)
    activation.mark_ready(activity, "Acme activity")
    admin.post(page("switch", new_ats), {"verb": "enable", "feature": activity.pk})
    read = text(admin.get(page("change", new_ats)))
    assert read.count(" Enabled ") == 1
    assert di.contract.name in read


def test_disabling_hides_everything_at_once_and_says_so_first(admin, ats, ada):
    indicator = feature(ats, Type.IN_ATS_INDICATOR)
    activation.footprints.token_force_follows(ats)
    assert VisibilityToken.objects.held_by(ada).exists()
    asked = admin.get(page("switch", ats), {"verb": "disable", "feature": indicator.pk})
    assert "disappears for everyone" in text(asked)
    admin.post(page("switch", ats), {"verb": "disable", "feature": indicator.pk})
    assert not VisibilityToken.objects.held_by(ada).exists()
    assert "Disabled" in text(admin.get(page("change", ats)))


def test_a_switch_that_is_refused_says_why(admin, new_ats):
    activation.request_company_level(new_ats)
    export = activation.mark_ready(feature(new_ats, Type.ONE_CLICK_EXPORT), "Export")
    read = text(
        admin.post(page("switch", new_ats), {"verb": "enable", "feature": export.pk}, follow=True)
    )
    assert "Waiting for the ATS vendor's callback URL" in read


def test_the_settings_refuse_a_bad_callback_and_keep_everything(admin, new_ats):
    activation.request_company_level(new_ats)
    values = {"callback_url": "http://plain.test/", "everyone_sees_applications": "on"}
    answer = admin.post(page("settings", new_ats), values)
    assert "must begin with https://" in text(answer)
    assert not feature(new_ats, Type.IN_ATS_INDICATOR).settings.exists()


def test_unticking_a_viewer_deletes_the_setting(admin, ats):
    names = {f"name_{one.pk}": one.name for one in ats.integrations.all()}
    admin.post(page("settings", ats), {**names, "everyone_sees_requisitions": "on"})
    assert not feature(ats, Type.IN_ATS_INDICATOR).settings.exists()
    assert feature(ats, Type.ONE_CLICK_EXPORT).settings.count() == 1
    assert "Hidden from everyone." in text(admin.get(page("change", ats)))


def test_both_levels_can_be_asked_for_from_the_list(admin, new_ats, contract):
    url = reverse("admin:ats_sync_ats_changelist")
    for action in ("ask_for_company_level", "ask_for_contract_level"):
        admin.post(url, {"action": action, "_selected_action": [new_ats.pk]})
    assert new_ats.integrations.count() == 4
    assert "0 of 3 enabled" in text(admin.get(url))


def test_the_badge_follows_the_name_of_the_ats(admin, ats):
    activation.footprints.token_force_follows(ats)
    admin.post(page("change", ats), {"name": "Better ATS"})
    assert VisibilityToken.objects.get(ats_id=ats.pk).ats_name == "Better ATS"


def test_the_page_shows_what_has_arrived(admin, ats):
    factories.CandidateFactory.create_batch(2, ats=ats)
    factories.JobPostingFactory(ats=ats)
    read = text(admin.get(page("change", ats)))
    assert "Candidates 2 Sept. 28, 2016" in read
    assert "Requisitions 1" in read


@pytest.mark.parametrize(
    "values",
    [
        {"verb": "explode", "feature": "1"},
        {"verb": "enable"},
        {"verb": "enable", "feature": "999999"},
        {"verb": "enable", "feature": "x"},
    ],
)
def test_a_switch_of_nothing_is_not_found(admin, ats, values):
    assert admin.post(page("switch", ats), values).status_code == 404


def test_a_feature_of_another_ats_is_not_switched_here(admin, ats, new_ats):
    stranger = factories.IntegrationFactory(ats=factories.AtsFactory())
    answer = admin.post(page("switch", ats), {"verb": "disable", "feature": stranger.pk})
    assert answer.status_code == 404


def test_a_contract_of_another_company_is_not_found(admin, new_ats, cy):
    answer = admin.post(page("ask", new_ats), {"level": cy.contract.pk})
    assert answer.status_code == 404
    assert not new_ats.integrations.exists()


@pytest.mark.parametrize("name", ["change", "ask", "switch", "settings"])
def test_nobody_but_staff_with_the_right_gets_in(client, browse, ada, ats, name):
    anonymous = client.post(page(name, ats))
    assert (anonymous.status_code, anonymous["Location"][:7]) == (302, "/admin/")
    recruiter = browse(ada).post(page(name, ats), follow=True)
    assert recruiter.status_code == 403
    clerk = factories.UserFactory(is_staff=True)
    assert browse(clerk).post(page(name, ats)).status_code in {403, 405}
    clerk.user_permissions.add(Permission.objects.get(codename="view_ats"))
    may_look = browse(clerk)
    assert may_look.post(page(name, ats)).status_code == 403
    assert feature(ats, Type.PROFILE_PLUGIN).status == "ENABLED"


def test_asking_needs_a_post(admin, new_ats):
    assert admin.get(page("ask", new_ats)).status_code == 405


# ------------------------------------------------------------------------------- applications
def application_page(name: str, *args: object) -> str:
    return reverse(f"admin:ats_sync_developerapplication_{name}", args=args)


def test_an_operator_makes_a_vendor_and_its_secret_is_shown_once(admin, client):
    added = admin.post(
        application_page("add"), {"name": "Vendor", "script_origins": ""}, follow=True
    )
    assert "cannot fetch a token" in text(added)
    application = added.context["original"]
    shown = admin.post(application_page("make_secret", application.pk))
    assert "no-store" in shown["Cache-Control"]
    secret = shown.context["secret"]
    assert secret in text(shown)
    assert secret not in text(admin.get(application_page("change", application.pk)))
    body = f"grant_type=client_credentials&client_id={application.client_id}&client_secret={secret}"
    token = client.post("/oauth/v2/accessToken", body, content_type="text/plain")
    assert token.status_code == 200


def test_two_secrets_live_at_most_and_one_at_least(admin):
    application = factories.VendorFactory()
    for _ in range(3):
        admin.post(application_page("make_secret", application.pk))
    assert application.secrets.live().count() == 2
    for secret in application.secrets.live():
        url = application_page("delete_secret", application.pk, secret.pk)
        assert admin.get(url).status_code == 200
        admin.post(url)
    assert application.secrets.live().count() == 1


def test_origins_and_callbacks_are_lists_of_lines(admin):
    application = factories.ChildApplicationFactory()
    values = {
        "name": "Child",
        "script_origins": "https://a.test\nhttps://b.test:8443",
        "login_callbacks": "https://a.test/back",
    }
    admin.post(application_page("change", application.pk), values)
    application.refresh_from_db()
    assert application.script_origins == ["https://a.test", "https://b.test:8443"]
    assert application.redirect_uris == "https://a.test/back"
    refused = admin.post(
        application_page("change", application.pk), {**values, "script_origins": "a.test"}
    )
    assert "is not an origin" in text(refused)


def test_tokens_are_revoked_from_the_list(admin):
    application = factories.VendorFactory()
    token = access_tokens.find(access_tokens.issue(application))
    url = application_page("changelist")
    admin.post(url, {"action": "revoke_tokens", "_selected_action": [application.pk]})
    token.application.refresh_from_db()
    assert access_tokens.state_of(token).value == "revoked"
