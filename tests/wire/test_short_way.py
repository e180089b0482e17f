"""Requests of programs go another way than pages; what every answer must have, theirs have too."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
SOME = pytest.mark.parametrize("path", ["/v2/atsCandidates", "/rest/candidates", "/v2/nothing"])


@SOME
def test_an_answer_tells_browsers_to_leave_it_alone_and_sets_no_cookie(client, path):
    answer = client.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["X-Request-ID"] == answer["x-li-uuid"]
    assert not answer.cookies


@SOME
def test_a_request_for_another_host_is_refused(client, path):
    assert client.get(path, headers={"Host": "elsewhere.example"}).status_code == 400


def test_they_go_over_https_where_pages_do(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    client.handler.load_middleware()
    answer = client.get("/v2/atsCandidates")
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


@pytest.mark.parametrize(
    "series", ["requests_total_by_view_transport_method", "responses_total_by_status_view_method"]
)
def test_they_are_counted_by_view_as_pages_are(client, settings, series):
    settings.METRICS_TOKEN = "sesame"

    def counted() -> float:
        page = client.get("/metrics", headers={"Authorization": "Bearer sesame"}).content.decode()
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in page.splitlines()
            if line.startswith(f"django_http_{series}_total{{") and "api.candidates" in line
        )

    before = counted()
    client.get("/v2/atsCandidates")
    assert counted() == before + 1
