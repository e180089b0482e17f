"""Health, numbers and the doctor."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from rsc import vitals
from rsc.models import OutboxEvent
from rsc.views import health

pytestmark = pytest.mark.django_db


def test_the_process_lives_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"live")


def test_it_is_ready_when_the_database_is_of_this_release(client):
    health._is_of_this_release.cache_clear()
    assert client.get("/health/ready").content == b"ready"
    health._is_of_this_release.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'rsc' AND name NOT LIKE '0001%'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert b"migrations wait" in answer.content


def test_numbers_are_for_the_holder_of_the_token(client, settings):
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
    settings.METRICS_TOKEN = "sesame"
    assert client.get("/metrics", headers={"Authorization": "Bearer open"}).status_code == 403
    due = timezone.now() - timedelta(seconds=90)
    OutboxEvent.objects.create(topic="a.b", key="1", available_at=due)
    page = client.get("/metrics", headers={"Authorization": "Bearer sesame"}).content.decode()
    lines = dict(line.rsplit(" ", 1) for line in page.splitlines() if line[:1] != "#")
    assert float(lines["rsc_outbox_waiting"]) == 1
    assert 90 <= float(lines["rsc_outbox_lag_seconds"]) < 100
    assert float(lines["rsc_search_check_age_seconds"]) == -1
    assert any(name.startswith("django_http_requests_total_by_method") for name in lines)


def test_a_number_that_cannot_be_read_does_not_hide_the_others(client, settings):
    settings.METRICS_TOKEN = "sesame"

    @vitals.gauge("broken", "Nothing.")
    def broken() -> float:
        raise RuntimeError

    try:
        page = client.get("/metrics", headers={"Authorization": "Bearer sesame"}).content
    finally:
        del vitals._gauges["rsc_broken"]
    assert b"rsc_outbox_waiting" in page
    assert b"rsc_broken" not in page


def examine(capsys, *words: str) -> tuple[dict[str, dict[str, str]], int]:
    code = 0
    try:
        call_command("doctor", "--json", *words)
    except SystemExit as end:
        code = end.code
    signs = json.loads(capsys.readouterr().out)["signs"]
    return {sign["name"]: sign for sign in signs}, code


def test_the_doctor_names_what_is_wrong_and_what_to_do(capsys, settings, tmp_path):
    settings.BASE_URL = "http://127.0.0.1:9"  # nobody listens there
    settings.SEARCH_ENGINE = "sql"
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    (tmp_path / "file").write_text("no folder")
    due = timezone.now() - timedelta(hours=1)
    OutboxEvent.objects.create(topic="a.b", key="1", available_at=due)
    found, code = examine(capsys)
    assert code == 1
    for name, fix in (
        ("address", "RSC_BASE_URL"),
        ("workers", "qcluster"),
        ("schedules", "setup_schedules"),
        ("outbox", "workers"),
        ("media folder", "Give this process"),
    ):
        assert found[name]["level"] == vitals.RED, name
        assert fix in found[name]["fix"]
    for name in ("database version", "migrations", "clock", "search engine sql", "outbox shelf"):
        assert found[name]["level"] == vitals.GREEN, name
    for sign in found.values():
        assert (sign["level"] == vitals.GREEN) != bool(sign["fix"]), sign
    call_command("setup_schedules", verbosity=0)
    capsys.readouterr()
    again, _ = examine(capsys, "--quiet")
    assert "schedules" not in again


def test_the_doctor_goes_on_where_one_look_fails(capsys):
    @vitals.examination("broken")
    def broken():
        raise RuntimeError("so it is")

    try:
        found, code = examine(capsys)
    finally:
        del vitals._examinations["broken"]
    assert code == 1
    assert "so it is" in found["broken"]["says"]
    assert "database version" in found
