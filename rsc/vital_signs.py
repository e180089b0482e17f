"""The ground floor's vital signs: settings, database, workers, outbox, files, mail, address."""

from __future__ import annotations

import shutil
import smtplib
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_q.models import Schedule
from django_q.status import Stat

from rsc.models import OutboxEvent
from rsc.vitals import AMBER, GREEN, RED, Sign, examination, gauge

OLDEST_POSTGRES = 15
SLOW_OUTBOX = timedelta(minutes=2)
STUCK_OUTBOX = timedelta(minutes=15)
CLOCK_APART = 2.0  # seconds; signed tokens and leases compare clocks
LITTLE_SPACE = 2**30  # bytes


@examination("settings")
def settings_hold() -> Iterator[Sign]:
    """What `manage.py check --deploy` says."""
    found = checks.run_checks(include_deployment_checks=True)
    shown = [one for one in found if not one.is_silenced() and one.level >= checks.WARNING]
    for one in shown:
        level = RED if one.level >= checks.ERROR else AMBER
        yield Sign(
            f"setting {one.id}",
            level,
            str(one.msg).split("\n")[0],
            str(one.hint or "See rsc/settings.py."),
        )
    if not shown:
        yield Sign("settings", GREEN, "all checks of a deployment pass")


@examination("database")
def database_holds() -> Iterator[Sign]:
    """Version and clock of PostgreSQL, and whether it is ours to write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), pg_is_in_recovery()")
        there, read_only = cursor.fetchone()
    apart = abs((timezone.now() - there).total_seconds())
    version = connection.pg_version // 10_000
    good = version >= OLDEST_POSTGRES
    fix = "" if good else f"Upgrade to PostgreSQL {OLDEST_POSTGRES} or newer."
    yield Sign("database version", GREEN if good else RED, f"PostgreSQL {version}", fix)
    fix = "Point DATABASE_URL at the primary." if read_only else ""
    yield Sign("database role", RED if read_only else GREEN,
               "a standby: nothing can be written" if read_only else "writable", fix)  # fmt: skip
    close = apart < CLOCK_APART
    fix = "" if close else "Run a time service (chrony, systemd-timesyncd) on both machines."
    yield Sign("clock", GREEN if close else AMBER, f"{apart:.1f} s from the database's", fix)


@examination("migrations")
def migrations_are_applied() -> Iterator[Sign]:
    waiting = unapplied()
    if waiting:
        yield Sign("migrations", RED, f"{waiting} are not applied", "Run manage.py migrate.")
    else:
        yield Sign("migrations", GREEN, "all are applied")


def unapplied() -> int:
    """How many migrations of the code the database does not have."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@examination("cache")
def cache_holds() -> Iterator[Sign]:
    cache.set("rsc.doctor", 1, 10)
    good = cache.get("rsc.doctor") == 1
    says = "can be written and read" if good else "loses what is written"
    yield Sign("cache", GREEN if good else RED, says, "" if good else "Is rsc_cache full?")


@examination("workers")
def workers_are_alive() -> Iterator[Sign]:
    count = workers()
    if count:
        yield Sign("workers", GREEN, f"{count:.0f} processes are at work")
    else:
        yield Sign("workers", RED, "none is at work: nothing is indexed, matched or sent",
                   "Start manage.py qcluster, under a supervisor that restarts it.")  # fmt: skip


@examination("schedules")
def schedules_are_there() -> Iterator[Sign]:
    count = Schedule.objects.count()
    # A minute's task that is long due tells of a worker that does not keep up.
    late = Schedule.objects.filter(next_run__lt=timezone.now() - STUCK_OUTBOX).count()
    fix = (
        "Run manage.py setup_schedules." if not count else "Look at the workers' log." * bool(late)
    )
    level = RED if not count else AMBER if late else GREEN
    yield Sign("schedules", level, f"{count} are written, {late} long due", fix)


@examination("outbox")
def outbox_is_short() -> Iterator[Sign]:
    lag = timedelta(seconds=outbox_lag())
    level = RED if lag > STUCK_OUTBOX else AMBER if lag > SLOW_OUTBOX else GREEN
    fix = "" if level == GREEN else "Are enough workers running? Admin, Outbox events, shows why."
    says = f"{outbox_waiting():.0f} wait; the oldest is due for {lag.total_seconds():.0f} s"
    yield Sign("outbox", level, says, fix)
    shelf = int(outbox_shelved())
    fix = "Admin, Outbox events, On the shelf: read the error, then Retry now." if shelf else ""
    yield Sign("outbox shelf", AMBER if shelf else GREEN, f"{shelf} gave up", fix)


@examination("files")
def folders_are_writable() -> Iterator[Sign]:
    for name, folder in (("state", settings.STATE_DIR), ("media", settings.MEDIA_ROOT)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                free = shutil.disk_usage(folder).free
        except OSError as error:
            fix = f"Give this process the folder {folder}."
            yield Sign(f"{name} folder", RED, f"cannot be written: {error.strerror}", fix)
        else:
            level = AMBER if free < LITTLE_SPACE else GREEN
            fix = "Make room on the disk." if level == AMBER else ""
            yield Sign(f"{name} folder", level, f"writable, {free / 2**30:.0f} GiB free", fix)
    if settings.DEBUG or (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Sign("static files", GREEN, "are collected")
    else:
        fix = "Run manage.py collectstatic --noinput."
        yield Sign("static files", RED, "are not collected: pages fail", fix)


@examination("mail")
def mail_leaves() -> Iterator[Sign]:
    """Greets the mail server; nothing is sent."""
    if "smtp" not in settings.EMAIL_BACKEND:
        fix = "Set RSC_EMAIL_URL=smtp://user:password@host:587/?tls=1"
        yield Sign("mail", AMBER, "is only printed, by the process that sends it", fix)
        return
    fix = "Check RSC_EMAIL_URL."
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.ehlo()
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as error:
        yield Sign("mail", RED, f"the server does not answer: {type(error).__name__}", fix)
    else:
        yield Sign("mail", GREEN, "the server answers")


@examination("TLS")
def people_come_safely() -> Iterator[Sign]:
    secure = settings.HTTPS or urlsplit(settings.BASE_URL).hostname in {"localhost", "127.0.0.1"}
    fix = "" if secure else "Put a proxy with a certificate in front; RSC_BASE_URL=https://…"
    says = f"people come by {urlsplit(settings.BASE_URL).scheme}"
    yield Sign("TLS", GREEN if secure else RED, says, fix)


@examination("address")
def address_leads_here() -> Iterator[Sign]:
    """Asks this server by its public address, as people and ATSs do."""
    address = f"{settings.BASE_URL}/health/live"
    fix = "Is RSC_BASE_URL right, the web process running, and the proxy passing Host on?"
    try:
        answer = httpx.get(address, timeout=5, follow_redirects=False)
    except httpx.HTTPError as error:
        yield Sign("address", RED, f"{address} does not answer: {type(error).__name__}", fix)
        return
    # A redirect to the same address: the proxy ends TLS and does not say so.
    loops = answer.is_redirect and answer.headers.get("location") == address
    if loops:
        fix = "Let the proxy set X-Forwarded-Proto, and set RSC_BEHIND_PROXY=yes."
    good = answer.status_code == 200 and answer.text == "live"
    says = "leads here" if good else f"{address} answers {answer.status_code}, not as this server"
    yield Sign("address", GREEN if good else RED, says, "" if good else fix)


# ------------------------------------------------------------------------------------- the numbers
def _waiting():
    return OutboxEvent.objects.filter(done_at=None, shelved_at=None)


@gauge("outbox_waiting", "Facts that wait for a worker.")
def outbox_waiting() -> float:
    return _waiting().count()


@gauge("outbox_lag_seconds", "For how long the oldest fact is due.")
def outbox_lag() -> float:
    due = _waiting().order_by("available_at").values_list("available_at", flat=True).first()
    return max(0.0, (timezone.now() - due).total_seconds()) if due else 0.0


@gauge("outbox_shelved", "Facts that were given up after many failures.")
def outbox_shelved() -> float:
    return OutboxEvent.objects.filter(done_at=None, shelved_at__isnull=False).count()


@gauge("workers", "Worker processes that reported lately.")
def workers() -> float:
    return sum(len(cluster.workers) for cluster in Stat.get_all())
