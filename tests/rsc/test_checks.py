"""A broken configuration is refused at start, with words that say what to write instead."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rsc import checks


def run_check(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"RSC_DEBUG": "perhaps"}, "RSC_DEBUG='perhaps': write yes or no"),
        ({"RSC_WORKERS": "none"}, "RSC_WORKERS='none': write a whole number of at least 1"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must read postgres://"),
        ({"RSC_TASK_TIMEOUT": "900"}, "RSC_TASK_RETRY (700 s) must exceed RSC_TASK_TIMEOUT"),
        ({"RSC_BASE_URL": "rsc.example.com/app"}, "is not an origin"),
        ({"RSC_THROTTLES": "atsCandidates"}, "'atsCandidates': write atsCandidates.day=5000"),
        ({"RSC_THROTTLES": "candidats.day=5"}, "RSC_THROTTLES: 'candidats' is none of"),
        ({"RSC_SEARCH_ENGINE": "grep"}, "RSC_SEARCH_ENGINE='grep' is not an engine"),
    ],
)
def test_nonsense_is_refused_with_the_name_of_the_knob(environment, words):
    result = run_check(**environment)
    assert result.returncode != 0
    assert words in result.stderr


def test_private_callbacks_are_warned_of_on_deployment(settings):
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    assert [found.id for found in checks.check_private_callbacks()] == ["rsc.W001"]
    settings.CALLBACKS_MAY_BE_PRIVATE = False
    assert checks.check_private_callbacks() == []


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("k" * 60 + "\n")
    code = "from django.conf import settings; print(len(settings.SECRET_KEY))"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "rsc.settings", "RSC_SECRET_KEY_FILE": str(secret)},
        check=True,
    )
    assert shown.stdout.strip() == "60"
