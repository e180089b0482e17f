"""The engine stands alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ats_sync.identity

ENGINE = Path(ats_sync.identity.__file__).parent


def test_the_engine_needs_neither_django_nor_models() -> None:
    modules = [f"ats_sync.identity.{path.stem}" for path in ENGINE.glob("[a-z]*.py")]
    program = (
        f"import sys, {', '.join(modules)}\n"
        "assert not {'django', 'psycopg', 'recruiter', 'ats_sync.models'} & set(sys.modules)"
    )
    root = ENGINE.parent.parent
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root, env={})
