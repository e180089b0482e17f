"""Who may embed the frame, and with which scripts."""

from __future__ import annotations

import pytest

from ats_sync.models import Integration
from tests.widget.conftest import HOST
from widget.admission import origin_of


def ancestors(response) -> str:
    policy = response["Content-Security-Policy"]
    (directive,) = [part for part in policy.split("; ") if part.startswith("frame-ancestors")]
    return directive.removeprefix("frame-ancestors ")


def test_exactly_the_listed_origins_may_embed_the_frame(client, widget_ats, frame_query):
    widget_ats.application.script_origins = [HOST, "http://localhost:5000/"]
    widget_ats.application.save()
    response = client.get("/widget/v1/frame", frame_query)
    assert response.status_code == 200
    assert ancestors(response) == f"{HOST} http://localhost:5000"
    assert "X-Frame-Options" not in response


def test_a_changed_list_counts_at_once(client, widget_ats, frame_query):
    client.get("/widget/v1/frame", frame_query)
    widget_ats.application.script_origins = ["https://new.acme.test"]
    widget_ats.application.save()
    response = client.get("/widget/v1/frame", frame_query)
    assert ancestors(response) == "https://new.acme.test"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "change",
    [
        {"api_key": "nobody"},
        {"api_key": ""},
        {"api_key": "a\x00b"},
        {"integration_context": "urn:li:organization:999999"},
        {"integration_context": "urn:li:contract:1"},
        {"integration_context": "urn:li:organization:99999999999999999999"},
        {"integration_context": ""},
    ],
)
def test_an_unknown_key_or_context_is_refused_without_data(client, frame_query, change):
    response = client.get("/widget/v1/frame", frame_query | change)
    assert response.status_code == 403
    assert ancestors(response) == "'none'"
    assert response["X-Frame-Options"] == "DENY"
    assert "cannot be shown here" in response.text
    assert "Acme" not in response.text
    assert "PMM" not in response.text


def test_another_companys_context_does_not_open_with_this_key(client, frame_query, cy):
    foreign = {"integration_context": str(cy.contract.company.urn)}
    assert client.get("/widget/v1/frame", frame_query | foreign).status_code == 403


def test_without_listed_origins_nobody_embeds(client, widget_ats, frame_query):
    widget_ats.application.script_origins = []
    widget_ats.application.save()
    response = client.get("/widget/v1/frame", frame_query)
    assert response.status_code == 403
    assert ancestors(response) == "'none'"


def test_a_query_string_cannot_name_its_own_parent(client, frame_query):
    claims = frame_query | {"origin": "https://evil.test", "parent": "https://evil.test"}
    response = client.get("/widget/v1/frame", claims, headers={"referer": "https://evil.test/"})
    assert "evil" not in response["Content-Security-Policy"]
    assert "evil" not in response.text


def test_every_other_page_stays_out_of_frames(client, frame_query):
    for path in ("/widget/v1/sign-in", "/accounts/login/"):
        response = client.get(path, frame_query)
        assert ancestors(response) == "'none'"
        assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("stored", "origin"),
    [
        ("https://ATS.Acme.test", "https://ats.acme.test"),
        ("https://ats.acme.test:443", "https://ats.acme.test"),
        ("http://ats.acme.test:443", "http://ats.acme.test:443"),
        (" http://localhost:5000/ ", "http://localhost:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://ats.acme.test/page", ""),
        ("https://*.acme.test", ""),
        ("https://a.test; script-src *", ""),
        ("https://a.test https://b.test", ""),
        ("https://user@a.test", ""),
        ("*", ""),
        ("null", ""),
        ("'self'", ""),
        ("data:", ""),
    ],
)
def test_only_a_plain_origin_reaches_the_header(stored, origin):
    assert origin_of(stored) == origin


def test_a_switched_off_widget_says_who_can_switch_it_on(client, widget_ats, frame_query):
    widget_ats.integrations.filter(integration_type=Integration.Type.PROFILE_PLUGIN).update(
        status=Integration.Status.DISABLED
    )
    response = client.get("/widget/v1/frame", frame_query)
    assert "not switched on" in response.text
    assert "administrator of PMM Middleware Test Company" in response.text
    assert "data-sign-in>" not in response.text  # no button that leads nowhere


# ---------------------------------------------------------------------------------- the scripts
@pytest.mark.parametrize("path", ["/widget/v1/loader.js", "/xdoor/scripts/in.js"])
def test_the_scripts_may_be_loaded_from_anywhere_and_are_fresh_soon(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "public, max-age=600"
    assert "Set-Cookie" not in response
    again = client.get(path, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_both_scripts_together_stay_under_four_kilobytes(client):
    sizes = [
        len(client.get(path, headers={"accept-encoding": "gzip"}).content)
        for path in ("/widget/v1/loader.js", "/xdoor/scripts/in.js")
    ]
    assert sum(sizes) <= 4096


def test_the_loader_keeps_nothing_on_the_host_page(client):
    text = client.get("/widget/v1/loader.js").text + client.get("/xdoor/scripts/in.js").text
    for word in ("cookie", "localStorage", "sessionStorage", "indexedDB", "eval(", "innerHTML"):
        assert word not in text
