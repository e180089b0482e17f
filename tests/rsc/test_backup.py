"""What is backed up comes back, byte for byte, into an empty database only."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection, connections

from rsc import backup

pytestmark = pytest.mark.django_db
COUNT = "SELECT count(*), max(applied) FROM django_migrations"


@pytest.fixture
def empty_database():
    """The settings of a new database beside that of the tests."""
    there = {**connection.settings_dict, "NAME": f"{connection.settings_dict['NAME']}_restored"}
    ground = connection._nodb_cursor
    with ground() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{there["NAME"]}"')
        cursor.execute(f'CREATE DATABASE "{there["NAME"]}"')
    yield there
    with ground() as cursor:
        cursor.execute(f'DROP DATABASE "{there["NAME"]}"')


def test_a_backup_comes_back(empty_database, settings, tmp_path, monkeypatch, capsys):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "resume.pdf").write_bytes(b"words")
    monkeypatch.setitem(project.DATABASES, "default", connection.settings_dict)
    call_command("backup", str(tmp_path / "backups"))
    (place,) = (tmp_path / "backups").iterdir()
    assert place.stat().st_mode & 0o077 == 0
    assert str(place / backup.DATABASE) in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        before = cursor.fetchone()

    with pytest.raises(CommandError, match="The database has"):
        call_command("restore", str(place))
    with pytest.raises(CommandError, match="holds no"):
        call_command("restore", str(tmp_path))

    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    other = connections.create_connection("default")
    other.settings_dict = empty_database
    monkeypatch.setitem(project.DATABASES, "default", empty_database)
    monkeypatch.setattr(backup, "connection", other)
    try:
        call_command("restore", str(place))
        with other.cursor() as cursor:
            cursor.execute(COUNT)
            assert cursor.fetchone() == before
    finally:
        other.close()
    assert (settings.MEDIA_ROOT / "resume.pdf").read_bytes() == b"words"


def test_the_key_of_the_state_folder_is_replaced_and_one_of_the_environment_is_not(
    settings, tmp_path
):
    settings.STATE_DIR = tmp_path
    (tmp_path / backup.KEY).write_text("mine")
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / backup.KEY).write_text("the saved one")
    settings.SECRET_KEY = "of the environment"
    assert not backup.keep_key(saved)
    assert (tmp_path / backup.KEY).read_text() == "mine"
    settings.SECRET_KEY = "mine"
    assert backup.keep_key(saved)
    assert (tmp_path / backup.KEY).read_text() == "the saved one"
