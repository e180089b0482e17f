"""A copy of all that an installation keeps: the database, the files, and the key that seals.

The search index is left out: it is made from the database.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from rsc.embedded_postgres import programs

DATABASE, FILES, KEY, LABEL = "database.dump", "media.tar", "secret_key", "backup.json"


class BackupFailed(RuntimeError):
    """The message says what went wrong; no password stands in it."""


def _program(name: str) -> str:
    """The machine's own, which fits its server; else that of the embedded one."""
    own = None if settings.EMBEDDED_POSTGRES else shutil.which(name)
    return own or str(programs() / name)


def _run(name: str, database: dict[str, Any], *words: str) -> None:
    there = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    environment = {**os.environ, **{key: str(value) for key, value in there.items() if value}}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [_program(name), *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"{name}: {done.stderr.strip()[-500:]}")


def save(folder: Path) -> Path:
    """Copy everything into a new folder below `folder`, which only its owner may read.

    Returns:
        The new folder.

    Raises:
        BackupFailed: the database could not be read.
    """
    now = timezone.now()
    place = folder / f"rsc-{now:%Y%m%d-%H%M%S}"
    place.mkdir(parents=True, mode=0o700)
    dump = str(place / DATABASE)
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
    _run("pg_dump", settings.DATABASES["default"], *words)
    with tarfile.open(place / FILES, "w") as files:
        if settings.MEDIA_ROOT.exists():
            files.add(settings.MEDIA_ROOT, arcname=".")
    (place / KEY).touch(mode=0o600)
    (place / KEY).write_text(settings.SECRET_KEY)
    label = {"at": now.isoformat(), "postgres": connection.pg_version}
    (place / LABEL).write_text(json.dumps(label))
    return place


def restore(place: Path) -> None:
    """Bring a copy back into an empty database; files of the same name are replaced.

    Raises:
        BackupFailed: it is no backup, the database is not empty, or does not take it.
    """
    if not (place / DATABASE).exists():
        raise BackupFailed(f"{place} holds no {DATABASE}.")
    if tables := connection.introspection.table_names():
        raise BackupFailed(
            f"The database has {len(tables)} tables. Make an empty one (createdb), and name it "
            "in DATABASE_URL; or for the embedded one, a new RSC_STATE_DIR."
        )
    database = settings.DATABASES["default"]
    words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    dump = str(place / DATABASE)
    _run("pg_restore", database, *words, f"--dbname={database['NAME']}", dump)
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with tarfile.open(place / FILES) as files:
        # A filter of Python 3.11.4 and later, against archives that are none of ours.
        files.extraction_filter = getattr(tarfile, "data_filter", None)
        files.extractall(settings.MEDIA_ROOT)  # noqa: S202 - the filter is set above


def keep_key(place: Path) -> bool:
    """Let this server sign and unseal as the saved one did. Returns whether it does.

    The state folder's key is replaced. One that the environment gives is the operator's to change.
    """
    saved = (place / KEY).read_text().strip()
    own = settings.STATE_DIR / "secret_key"
    if saved != settings.SECRET_KEY and own.exists() and own.read_text() == settings.SECRET_KEY:
        own.write_text(saved)
        return True
    return saved == settings.SECRET_KEY
