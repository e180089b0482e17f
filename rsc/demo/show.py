"""The demo as a whole: bring up, tell, watch, take down."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.status import Stat

from rsc import urns
from rsc.demo import partner, people, processes, teamwork, world
from rsc.demo.processes import Child, ProcessFailed
from rsc.demo.world import World
from rsc.models import OutboxEvent

Say = Callable[[str], None]
PUSHED_WITHIN = 90  # seconds
CARD = "demo.json"


class DemoRefused(RuntimeError):
    """The demo cannot start here; the message says what to do."""


class Show:
    """One run of the demo.

    Args:
        say: where progress is told.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        self.base = Path(settings.BASE_DIR)
        self.state = Path(settings.STATE_DIR)
        self.children: list[Child] = []
        self.began = time.monotonic()
        self.parent = os.getppid() if "MAKELEVEL" in os.environ else None

    # ------------------------------------------------------------------------------ bring up
    def bring_up(self) -> None:
        """Everything, until the ATS has pushed its data and search knows it.

        Raises:
            DemoRefused: a port is taken, the database is somebody's, or a demo runs already.
            ProcessFailed: a process did not get ready.
            EmbeddedPostgresError: the database did not start.
        """
        (self.state / CARD).unlink(missing_ok=True)
        self._check_ports()
        self._prepare_database()
        self._collect_static()
        web, worker = self._start_server()
        self.tell("the guide's world")
        try:
            self.world = world.load()
        except world.ForeignDatabase as error:
            raise DemoRefused(str(error)) from error
        call_command("setup_schedules", stdout=_Nowhere())
        processes.wait_until(web, lambda: processes.answers(f"{_here()}/accounts/login/"))
        processes.wait_until(worker, lambda: self._worker_works(worker))
        self._run_ats()
        self._write_card()

    def tell(self, what: str) -> None:
        """One line of progress."""
        self.say(f"demo {time.monotonic() - self.began:5.1f} s  {what}")

    def _check_ports(self) -> None:
        for name, address, port in (
            ("RSC_PORT", "localhost", _port()),
            ("RSC_ATS_PORT", "127.0.0.1", settings.DEMO_ATS_PORT),
        ):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((address, port))
                except OSError as error:
                    raise DemoRefused(
                        f"Port {port} is in use by another program. End it, or choose another "
                        f"port: {name}={port + 100} make demo"
                    ) from error

    def _prepare_database(self) -> None:
        server = settings.EMBEDDED_POSTGRES
        if server is not None:
            self.tell(f"PostgreSQL in {server.data}")
            server.start()
        self.tell("tables")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)

    def _collect_static(self) -> None:
        """Collect static files when one of them has changed."""
        mark = self.state / "static.sum"
        present = _sum_of_static_files()
        if not mark.exists() or mark.read_text() != present:
            self.tell("static files")
            call_command("collectstatic", verbosity=0, interactive=False)
            mark.write_text(present)

    def _start_server(self) -> tuple[Child, Child]:
        self.tell("web server and worker")
        web = self._start(
            "web",
            [
                sys.executable, "-m", "gunicorn", "--config=python:rsc.gunicorn", "rsc.wsgi",
                f"--bind=127.0.0.1:{_port()}", "--graceful-timeout=3",
            ],
        )  # fmt: skip
        return web, self._start("worker", [sys.executable, "manage.py", "qcluster"])

    def _start(self, name: str, command: list[str], folder: str = ".", **more: str) -> Child:
        child = processes.start(
            name,
            command,
            folder=self.base / folder,
            log=self.state / "logs" / f"{name}.log",
            **more,
        )
        self.children.append(child)
        return child

    def _worker_works(self, worker: Child) -> bool:
        return any(stat.pid == worker.process.pid for stat in Stat.get_all())

    def _run_ats(self) -> None:
        """Start the ATS; wait until it has pushed, and until the server has digested that."""
        self.tell("the ATS pushes its jobs, candidates and applications")
        ats = self._start(
            "ats",
            [sys.executable, "-m", "demo_ats"],
            "fixtures",
            ACME_PORT=str(settings.DEMO_ATS_PORT),
            ACME_FOLDER=str(self.state / "demo_ats"),
            ACME_RECRUITER_URL=settings.BASE_URL,
            ACME_USER=people.email_of("recruiter"),
            ACME_CLIENT_ID=self.world.partner.customer.client_id,
            ACME_CLIENT_SECRET=self.world.partner.customer.client_secret,
            ACME_ORGANIZATION=str(
                urns.Urn(urns.ORGANIZATION, str(self.world.partner.organization_id))
            ),
        )
        processes.wait_until(ats, _ats_has_pushed, within=PUSHED_WITHIN)
        processes.wait_until(ats, _outbox_is_empty, within=PUSHED_WITHIN)
        teamwork.load_exports()
        health = _health()
        self.tell(f"{health['matched']} of {health['candidates']} candidates matched to members")

    # ----------------------------------------------------------------------------------- tell
    def _write_card(self) -> None:
        """Write addresses and logins for tools; only the owner may read them."""
        found = self.world.partner
        card = {
            "base_url": settings.BASE_URL,
            "ats_url": partner.ats_url(),
            "logins": [asdict(login) for login in self.world.logins],
            "partner": asdict(found.vendor),
            "customer": asdict(found.customer)
            | {
                "organization_id": found.organization_id,
                "contract_id": found.contract_id,
                "unique_foreign_id": found.unique_foreign_id,
            },
        }
        draft = self.state / f"{CARD}.new"
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(card, indent=2) + "\n")
        draft.rename(self.state / CARD)

    def announce(self) -> None:
        """Tell people where to go and how to sign in."""
        base = settings.BASE_URL
        rows = [
            ("Recruiter", f"{base}/talent/"),
            ("Admin settings", f"{base}/admin/"),
            ("Acme ATS (another site)", partner.ats_url()),
        ]
        for name, url in rows:
            self.say(f"  {name:<24} {url}")
        self.say("")
        for login in self.world.logins:
            self.say(f"  {login.role:<24} {login.username:<10} {login.password}")
        self.say("")
        self.say(f"  For tools: {self.state / CARD}   Logs: {self.state / 'logs'}")
        self.say("  Ctrl-C ends everything; the data stays for the next time.")

    # ------------------------------------------------------------------------ watch, take down
    def watch(self) -> None:
        """Wait until a process ends by itself. Raises ProcessFailed then.

        When it was `make` that started us, its death ends the demo like Ctrl-C.
        """
        connection.close()
        while self.parent is None or os.getppid() == self.parent:
            for child in self.children:
                child.check()
            time.sleep(0.3)
        raise KeyboardInterrupt

    def take_down(self) -> None:
        """End every process, then the database, unless others work on it."""
        (self.state / CARD).unlink(missing_ok=True)
        processes.stop(self.children)
        connection.close()
        server = settings.EMBEDDED_POSTGRES
        if server is not None and not server.stop_unless_used():
            self.say("demo: PostgreSQL runs on, since others are connected to it")
        self.say("demo: ended")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one demo at a time may use a state folder. Raises DemoRefused."""
    state = Path(settings.STATE_DIR)
    state.mkdir(parents=True, exist_ok=True)
    with (state / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRefused(
                f"A demo runs already with the data in {state}. End it, or use another folder: "
                "RSC_STATE_DIR=… make demo"
            ) from error
        yield


class _Nowhere:
    def write(self, text: str) -> None:
        """A command's words that nobody needs."""


def _port() -> int:
    return int(os.environ.get("RSC_PORT") or 8000)


def _here() -> str:
    """The web server's address on this machine, whatever the outside calls it."""
    return f"http://localhost:{_port()}"


def _health() -> dict[str, Any]:
    """What the ATS says of its first push."""
    try:
        with urllib.request.urlopen(f"{partner.ats_url()}/health", timeout=5) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except OSError:
        return {"pushed": False}


def _ats_has_pushed() -> bool:
    """Raises ProcessFailed when the ATS has given up."""
    health = _health()
    if health.get("gave_up"):
        raise ProcessFailed(f"the ATS cannot push: {health['problem']}")
    return bool(health["pushed"])


def _outbox_is_empty() -> bool:
    due = OutboxEvent.objects.filter(
        done_at=None, shelved_at=None, available_at__lte=timezone.now()
    )
    return not due.exists()


def _sum_of_static_files() -> str:
    """Changes when a static file of ours or of a package comes, goes or changes."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


__all__ = ["DemoRefused", "Show", "World", "alone"]
