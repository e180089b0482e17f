"""Where the demo's world is written down, and in which words."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"
MEMBER_FILES = ("members.json", "applicants.jsonl")


def read(name: str) -> Any:
    """The content of one file of fixtures/demo."""
    return json.loads((FOLDER / name).read_text())


def moment(text: str) -> datetime:
    """A time as the fixtures write it: ISO 8601 with its zone."""
    return datetime.fromisoformat(text)
