"""Vital signs of this floor: the search index, and what PDFs are drawn with."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from recruiter import search
from recruiter.models import IndexCheck
from rsc.vitals import AMBER, GREEN, RED, Sign, examination, gauge

OLD_CHECK = timedelta(hours=3)  # the clock recounts every hour


@examination("search")
def search_answers() -> Iterator[Sign]:
    ready = search.index().ready()
    fix = "" if ready else "Run manage.py rebuild_member_index."
    name = f"search engine {settings.SEARCH_ENGINE}"
    yield Sign(name, GREEN if ready else RED, "answers" if ready else "has no index", fix)
    if settings.SEARCH_ENGINE == "sql":
        return
    check = IndexCheck.objects.order_by("-id").first()
    if check is None or timezone.now() - check.at > OLD_CHECK:
        fix = "Are workers running, and the schedules written (setup_schedules)?"
        yield Sign("search recount", AMBER, "none in the last hours", fix)
    else:
        wrong = len(check.differences)
        fix = "It was rebuilt. If it comes again: manage.py search_doctor." if wrong else ""
        yield Sign("search recount", AMBER if wrong else GREEN, f"{wrong} differences", fix)
    if settings.SEARCH_ENGINE != "bitmap":
        return
    found = shutil.which(settings.SEARCH_COMPILER) if settings.SEARCH_COMPILER else None
    fix = "" if found else "apt-get install gcc; counting is four times as fast with it."
    yield Sign("C compiler", GREEN if found else AMBER, "there" if found else "not there", fix)


@examination("printing")
def pdfs_can_be_drawn() -> Iterator[Sign]:
    fix = "apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk"
    try:
        importlib.import_module("weasyprint")
    except OSError:
        yield Sign("PDF", AMBER, "there is no Pango: profiles cannot be saved to PDF", fix)
        return
    yield Sign("PDF", GREEN, "can be drawn")
    lister = shutil.which("fc-list")
    fonts = subprocess.run([lister], capture_output=True, check=False).stdout if lister else b""  # noqa: S603
    count = len(fonts.splitlines())
    yield Sign("fonts", GREEN if count else AMBER, f"{count} are installed", "" if count else fix)


@gauge("search_check_age_seconds", "Since the search index was last recounted; -1: never.")
def check_age() -> float:
    check = IndexCheck.objects.order_by("-id").values_list("at", flat=True).first()
    return (timezone.now() - check).total_seconds() if check else -1


@gauge("search_differences", "Differences that the last recount of the search index found.")
def differences() -> float:
    check = IndexCheck.objects.order_by("-id").first()
    return len(check.differences) if check else 0
