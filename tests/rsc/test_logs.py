"""Logs say what happened, never to whom."""

from __future__ import annotations

import logging

import pytest

from rsc import logs


@pytest.fixture
def written():
    """A logger with our formatter, and the lines that it wrote."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.formatter("json"))
    logger = logging.getLogger("test.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, lines
    logger.removeHandler(handler)


def test_an_exception_is_logged_by_place_and_type_without_its_words(written):
    logger, lines = written
    words = "Key (email)=(mae@private.test) already exists"
    try:
        raise ValueError(words)
    except ValueError:
        logger.exception("it_broke")
    (line,) = lines
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert "private" not in line


def test_keys_that_name_a_person_and_queries_are_left_out():
    event = {"ip": "10.0.0.1", "user_agent": "x", "request": "GET /talent/search/?q=mae", "code": 1}
    assert logs.drop_personal(None, "", event) == {"request": "GET /talent/search/", "code": 1}


def test_a_search_leaves_no_words_in_the_log(browse, ada, caplog):
    browse(ada).get("/talent/search/?q=topsecretname")
    kept = [logs.formatter("json").format(record) for record in caplog.records]
    assert kept
    assert "topsecretname" not in "".join(kept)


@pytest.mark.parametrize("path", ["/health/live", "/v2/atsCandidates"])
def test_the_id_of_an_answer_is_that_of_its_log_lines(client, db, path, caplog):
    caplog.set_level("INFO", logger="django_structlog")
    answer = client.get(path)
    logged = {record.msg["request_id"] for record in caplog.records if isinstance(record.msg, dict)}
    assert logged == {answer["X-Request-ID"]}
    assert answer.get("x-li-uuid", answer["X-Request-ID"]) == answer["X-Request-ID"]
