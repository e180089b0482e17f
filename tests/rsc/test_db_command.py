"""manage.py db: the operator's hand on the embedded server, in a state folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rsc.embedded_postgres import EmbeddedPostgres


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        yield server
        server.stop()


def manage(
    server: EmbeddedPostgres, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    here = {"RSC_STATE_DIR": str(server.data.parent), "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, "manage.py", "db", *words],
        env=os.environ | here | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_program_runs_with_a_server_that_ends_after_it_and_its_answer_counts(server):
    program = f"import pathlib; print(pathlib.Path({str(server.lock_file)!r}).exists()); exit(3)"
    inside = manage(server, "run", sys.executable, "-c", program)
    assert inside.stdout == "True\n"
    assert inside.returncode == 3
    assert not server.running()


def test_a_program_that_does_not_exist_is_named(server):
    result = manage(server, "run", "no-such-program")
    assert result.returncode == 1
    assert "no-such-program" in result.stderr


def test_a_server_that_ran_before_runs_on_after_the_program(server):
    assert "PostgreSQL started" in manage(server, "start").stdout
    assert manage(server, "run", sys.executable, "-c", "").returncode == 0
    assert server.running()
    assert "PostgreSQL is running" in manage(server, "status").stdout
    assert "PostgreSQL stopped" in manage(server, "stop").stdout
    assert not server.running()


def test_with_a_server_of_ones_own_there_is_nothing_to_manage(server):
    result = manage(server, "status", DATABASE_URL="postgres://me@db.example.com/rsc")
    assert "that server is used" in result.stdout
