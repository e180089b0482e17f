"""manage.py match_files MEMBERS CANDIDATES --out PAIRS: identity matching over two files."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ats_sync.identity.decide import Decision, Proposal
from ats_sync.identity.files import FileError
from ats_sync.identity.pairing import Matching
from ats_sync.identity.reasons import reasons
from ats_sync.identity.weights import Weights, shipped_weights
from ats_sync.management.world import read_weights, read_world

COLUMNS = ("candidate_id", "member_id", "tier", "confidence", "reasons")


class Command(BaseCommand):
    help = (
        "Propose the members behind candidates. MEMBERS are JSON lines of JSON Resume `basics` and "
        "`work` with `id`; CANDIDATES are JSON lines with the field names of the ATS contract and "
        "`id`; names that end in .gz are unpacked. PAIRS is a CSV file with a line for each "
        "proposed pair: at most one automatic link per candidate, or up to five suggestions."
    )
    requires_system_checks: list[str] = []  # works without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("members", type=Path)
        parser.add_argument("candidates", type=Path)
        parser.add_argument("--out", type=Path, help="the CSV file to write (replaced if there)")
        parser.add_argument("--weights", type=Path, help="weights of learn_matching's making")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be proposed, write nothing"
        )

    def handle(self, *args: object, **options: object) -> None:
        out, dry = options["out"], options["dry_run"]
        if out is None and not dry:
            raise CommandError("say where to write with --out, or use --dry-run")
        weights = read_weights(options["weights"]) or shipped_weights()
        try:
            world = read_world(options["members"], options["candidates"])
            counts = _write(out, world, weights) if not dry else _count(world, weights)
        except (FileError, OSError) as error:
            raise CommandError(str(error)) from error
        for line in _summary(world, counts):
            self.stdout.write(line)


def _summary(world: Matching, counts: Counter[str]) -> Iterator[str]:
    total = len(world.candidates)
    yield f"{len(world.members):,} members, {total:,} candidates"
    yield f"{counts['automatic']:,} linked automatically"
    yield f"{counts['suggested']:,} with suggestions, {total - counts.total():,} with nothing"


def _tier(decision: Decision) -> str:
    return "automatic" if decision.automatic else "suggested" if decision.suggestions else ""


def _count(world: Matching, weights: Weights) -> Counter[str]:
    tiers = Counter(_tier(decision) for _, decision in world.decisions(weights))
    del tiers[""]
    return tiers


def _write(out: Path, world: Matching, weights: Weights) -> Counter[str]:
    """Write all pairs to a draft and put it in place whole, so that nobody reads half a file."""
    counts: Counter[str] = Counter()
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for candidate, decision in world.decisions(weights):
                if tier := _tier(decision):
                    counts[tier] += 1
                for proposal in (decision.automatic, *decision.suggestions):
                    if proposal:
                        writer.writerow(_row(candidate.id, proposal, tier, weights))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def _row(candidate: str, proposal: Proposal, tier: str, weights: Weights) -> tuple[object, ...]:
    # The word in front also keeps a spreadsheet from reading "+" as the start of a formula.
    word = proposal.label or f"By {proposal.rule}"
    lines = "; ".join(reasons(proposal, weights))
    return candidate, proposal.member.id, tier, proposal.confidence, f"{word}: {lines}"
