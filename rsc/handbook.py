"""What the operator's pages say of settings and commands; read from the code, so never old."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from django.core.management import get_commands, load_command_class

_KNOB = re.compile(r"""env_\w+\(\s*"((?:RSC_|DATABASE_)\w+)"(?:,\s*("[^"]*"|[^),]+))?""")
# A call that goes on in the next line, or two.
_BREAK = re.compile(r'(env_\w+\()\s*("\w+",?)\s*')
_RULER = re.compile(r"# -{5,} (.+)")
OURS = ("rsc", "recruiter", "ats_sync", "widget")


def _plain(default: str) -> str:
    """A default as one would write it; empty where it is worked out from other settings."""
    text = default.removeprefix("default=")
    words = {"True": "yes", "False": "no"}
    if text.startswith('"') or text.replace("_", "").isdigit() or text in words:
        return words.get(text, text.strip('"'))
    return ""


@functools.cache
def knobs() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The settings of the environment, by heading: name, default, and what the comment says."""
    chapters: list[tuple[str, list[tuple[str, str, str]]]] = []
    comment: list[str] = []
    known: set[str] = set()
    source = Path(__file__).with_name("settings.py").read_text()
    for line in _BREAK.sub(r"\1\2 ", source).splitlines():
        if heading := _RULER.match(line):
            chapters.append((heading[1].capitalize(), []))
            comment = []
        elif line.lstrip().startswith("#"):
            comment.append(line.lstrip(" #"))
        else:
            for name, default in _KNOB.findall(line):
                if chapters and name not in known:
                    known.add(name)
                    chapters[-1][1].append((name, _plain(default), " ".join(comment)))
            comment = []
    return [(heading, rows) for heading, rows in chapters if rows]


@functools.cache
def commands() -> list[tuple[str, str]]:
    """Our commands and what each says of itself, benchmarks left out."""
    ours = [(name, app) for name, app in get_commands().items() if app in OURS]
    return [
        (name, load_command_class(app, name).help)
        for name, app in sorted(ours)
        if not name.startswith("bench_")
    ]
