"""How good are the decisions? Shares with exact intervals, by class of error (matching.md 8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, lgamma, log, log1p

from ats_sync.identity.decide import Decision
from ats_sync.identity.records import CandidateRecord

_PRECISION = 60  # halvings: more than a double can tell apart
EXAMPLES = 3


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, with the Clopper-Pearson interval of 95 %."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The exact bounds; a share of nothing may be anything."""
        low = _bound(self.part - 1, self.whole, 0.975) if self.part else 0.0
        high = _bound(self.part, self.whole, 0.025) if self.part < self.whole else 1.0
        return low, high

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.5f} ({self.part} of {self.whole}; {low:.5f} to {high:.5f})"


def _bound(successes: int, trials: int, chance: float) -> float:
    """The rate at which at most `successes` come with the given chance."""
    low, high = 0.0, 1.0
    for _ in range(_PRECISION):
        middle = (low + high) / 2
        if _at_most(successes, trials, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(successes: int, trials: int, rate: float) -> float:
    """The binomial distribution function, summed outwards from its largest term."""
    if rate <= 0 or rate >= 1:
        return 1.0 if rate <= 0 else float(successes >= trials)
    start = min(successes, int(trials * rate))
    below = _run(start, -1, trials, rate)
    above = _run(start + 1, 1, trials, rate, stop=successes)
    return min(1.0, below + above)


def _run(start: int, step: int, trials: int, rate: float, stop: int = 0) -> float:
    total, number = 0.0, start
    while 0 <= number <= trials and (step < 0 or number <= stop):
        term = _term(number, trials, rate)
        total += term
        if term < total * 1e-17:
            break
        number += step
    return total


def _term(successes: int, trials: int, rate: float) -> float:
    ways = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)
    return exp(ways + successes * log(rate) + (trials - successes) * log1p(-rate))


@dataclass
class Report:
    """What became of the candidates of a world whose truth is known."""

    candidates: int = 0
    matchable: int = 0
    linked: int = 0
    right: int = 0
    strangers_linked: int = 0
    covered: int = 0
    covered_rest: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    labels: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    # By class of corruption: candidates with a member, of them linked right, links gone wrong.
    classes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    wrong_examples: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(
        self, candidate: CandidateRecord, decision: Decision, truth: set[str], tags: Iterable[str]
    ) -> None:
        """Count one candidate.

        Args:
            truth: the members that are this person; empty for a stranger.
            tags: the classes of corruption of the record.
        """
        self.candidates += 1
        self.matchable += bool(truth)
        link = decision.automatic
        right = link is not None and link.member.id in truth
        if link is not None:
            self._add_link(right, bool(truth))
            self.rules[link.rule or ""] += 1
        for suggestion in decision.suggestions:
            counts = self.labels[suggestion.label or ""]
            counts[0] += 1
            counts[1] += suggestion.member.id in truth
        in_list = any(each.member.id in truth for each in decision.suggestions)
        self.covered += right or in_list
        self.covered_rest += in_list
        for tag in tags:
            counts = self.classes[tag]
            counts[0] += bool(truth)
            counts[1] += right
            counts[2] += link is not None and not right
            if link is not None and not right and len(self.wrong_examples[tag]) < EXAMPLES:
                self.wrong_examples[tag].append((candidate.id, link.member.id))

    def _add_link(self, right: bool, matchable: bool) -> None:
        self.linked += 1
        self.right += right
        self.strangers_linked += not matchable

    def shares(self) -> Mapping[str, Share]:
        """The headline figures by name."""
        wrong = self.linked - self.right
        return {
            "wrong among automatic links": Share(wrong, self.linked),
            "wrong links by candidates": Share(wrong, self.candidates),
            "recall of automatic links": Share(self.right, self.matchable),
            "strangers linked": Share(self.strangers_linked, self.candidates - self.matchable),
            "automatic or among five": Share(self.covered, self.matchable),
            "among five, of the rest": Share(self.covered_rest, self.matchable - self.right),
        }

    def label_shares(self) -> Mapping[str, Share]:
        """How often suggestions of each label were right."""
        return {label: Share(right, shown) for label, (shown, right) in self.labels.items()}
