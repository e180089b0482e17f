"""The embedded PostgreSQL, tried on a real server of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from rsc.embedded_postgres import DATABASE, SUPERUSER, EmbeddedPostgres, EmbeddedPostgresError


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """One server for this file: each test finds it running."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        yield server
        server.stop()


@pytest.fixture(autouse=True)
def running(server):
    server.start()


def ask(server: EmbeddedPostgres, sql: str) -> list[tuple]:
    with psycopg.connect(
        host=str(server.socket_dir), user=SUPERUSER, dbname=DATABASE, autocommit=True
    ) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def postmaster(server: EmbeddedPostgres) -> int:
    return int(server.lock_file.read_text().split("\n", 1)[0])


def alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet has ended all the same."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(server: EmbeddedPostgres) -> None:
    os.kill(postmaster(server), signal.SIGKILL)
    while server.running():
        time.sleep(0.02)


def test_starting_twice_starts_once(server):
    assert server.running()
    assert not server.start()


def test_a_clean_stop_leaves_no_process_and_keeps_the_rows(server):
    ask(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
    pid = postmaster(server)
    assert server.stop()
    assert not alive(pid)
    assert not server.stop()
    assert server.start()
    assert ask(server, "SELECT answer FROM kept") == [(42,)]


def test_committed_rows_survive_a_kill_of_the_server(server):
    ask(server, "DROP TABLE IF EXISTS lived; CREATE TABLE lived AS SELECT 7 AS rows")
    kill(server)
    assert server.start()
    assert ask(server, "SELECT rows FROM lived") == [(7,)]


def test_a_lock_file_that_names_a_stranger_is_not_believed(server):
    server.stop()
    server.lock_file.write_text(f"{os.getppid()}\n{server.data}\n1\n5432\n{server.socket_dir}\n")
    assert not server.running()
    assert server.start()


def test_a_lock_file_that_names_a_zombie_is_not_believed(server):
    server.stop()
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.02)
    server.lock_file.write_text(f"{zombie.pid}\n{server.data}\n1\n5432\n{server.socket_dir}\n")
    assert not server.running()
    assert server.start()
    zombie.wait()


def test_an_empty_lock_file_is_not_believed(server):
    server.stop()
    server.lock_file.write_text("")
    assert not server.running()
    assert server.start()


def test_two_commands_that_start_it_at_once_get_one_server(server):
    server.stop()
    code = (
        "import sys; from pathlib import Path; from rsc.embedded_postgres import EmbeddedPostgres;"
        "print(EmbeddedPostgres(Path(sys.argv[1])).start())"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(server.data)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = sorted(start.communicate(timeout=60)[0].strip() for start in starts)
    assert answers == ["False", "True"]


def test_a_preparation_that_was_cut_off_is_done_again():
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "postgres.new"
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18\n")
        server = EmbeddedPostgres(Path(folder) / "postgres")
        assert server.start()
        assert ask(server, "SELECT 1") == [(1,)]
        server.stop()
        assert not draft.exists()


def test_no_other_user_of_the_machine_may_reach_the_socket(server):
    assert server.socket_dir.stat().st_mode & 0o077 == 0


def test_a_broken_data_folder_is_reported_with_its_reason():
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.data.mkdir(mode=0o700)
        (server.data / "PG_VERSION").write_text("not a database\n")
        with pytest.raises(EmbeddedPostgresError, match="pg_ctl failed"):
            server.start()
