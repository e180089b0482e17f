"""The second half of a build: chunks of documents become postings, pairs, values and rows."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.db import connection
from pyroaring import BitMap

from recruiter.search.bitmap import files, reading
from recruiter.search.bitmap.counting import BLOCK
from recruiter.search.bitmap.files import (
    NONE,
    ROWS,
    SetsWriter,
    bitmap,
    map_column,
    write_column,
    write_strings,
)

# The share of members who must have each of two words for the pair to have a set of its own.
# Below it, comparing positions takes less than a millisecond; such pairs cost 20 bytes a member.
FREQUENT = 0.02
# The share of members who must have a value for its set to be kept as bits too: 1 in so many.
# It costs a bit a member and value, 60 bytes a member in all; below it, lists are as fast.
DENSE = 128
ROW_STEP = 16  # values: at two bytes each, a row is half a cache line, one, one and a half, …
FIT = 0.99  # the share of members whose values fit in their row
FEW = 1_000  # members who are so few that a pair never pays


def merge(folder: Path, chunks: Sequence[int], members: int) -> None:
    """Make an index of a folder's chunks, and remove them."""
    parts = [folder / f"chunk{first}" for first in chunks]
    sets = SetsWriter(folder, "sets")
    words = _words(parts)
    frequency = _postings(folder, parts, len(words), sets)
    order = sorted(range(len(words)), key=lambda number: words[number])
    write_strings(folder, "words", [words[number] for number in order])
    write_column(folder, "word_numbers", np.array(order, dtype=np.uint32))
    _pairs(folder, parts, frequency, members, sets)
    _facets(folder, parts, members, sets)
    _flags(folder, sets)
    sets.close()
    for part in parts:
        files.remove(part)


def _words(parts: list[Path]) -> list[bytes]:
    """All words, by number."""
    if not parts:
        return []
    saved = pickle.loads((parts[-1] / "words.pickle").read_bytes())  # noqa: S301 - our own file
    return [word.encode() for word in saved]


# ------------------------------------------------------------------------------------- postings
def _postings(folder: Path, parts: list[Path], words: int, sets: SetsWriter) -> np.ndarray:
    """Bring each word's postings together. Returns how many members have each word."""
    frequency, places = np.zeros(words, np.int64), np.zeros(words, np.int64)
    for part in parts:
        word = map_column(part, "words")
        frequency += np.bincount(word, minlength=words)
        counts = map_column(part, "counts")
        places += np.bincount(word, weights=counts, minlength=words).astype(np.int64)
    docs = _scratch(folder, "docs", np.uint32, frequency.sum())
    tiers = _scratch(folder, "tiers", np.uint8, frequency.sum())
    counts = _scratch(folder, "counts", np.uint8, frequency.sum())
    positions = _scratch(folder, "positions", np.uint16, places.sum())
    posting_at, position_at = _starts(frequency), _starts(places)
    write_column(folder, "posting_at", posting_at)
    write_column(folder, "position_at", position_at)
    posting_end, position_end = posting_at[:-1].copy(), position_at[:-1].copy()
    for part in parts:
        word, count = np.array(map_column(part, "words")), np.array(map_column(part, "counts"))
        at = _append(word, np.ones(len(word), np.int64), posting_end)
        docs[at], tiers[at] = map_column(part, "docs"), map_column(part, "tiers")
        counts[at] = count
        at = _append(word, count.astype(np.int64), position_end)
        positions[reading.runs(at, count.astype(np.int64))] = map_column(part, "positions")
    _word_sets(folder, docs, tiers, posting_at, sets)
    for name in ("docs", "tiers"):
        (folder / f"{name}.raw").unlink()
    return frequency


def _starts(lengths: np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _scratch(folder: Path, name: str, kind: type, length: int) -> np.ndarray:
    path = folder / f"{name}.raw"
    if not length:
        path.touch()
        return np.zeros(0, kind)
    return np.memmap(path, kind, "w+", shape=(int(length),))


def _append(word: np.ndarray, lengths: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Where each of a chunk's entries goes, behind those of its word; moves the ends on."""
    before = np.cumsum(lengths) - lengths
    first = np.searchsorted(word, word)  # the chunk's first entry of the same word
    at = ends[word] + before - before[first] if len(word) else before
    np.add.at(ends, word, lengths)
    return at


def _word_sets(
    folder: Path, docs: np.ndarray, tiers: np.ndarray, at: np.ndarray, sets: SetsWriter
) -> None:
    """Each word's members, and those who have it in tier A, B and C at best."""
    numbers = np.full((len(at) - 1, 4), NONE, dtype=np.uint32)
    for word, (first, last) in enumerate(zip(at[:-1].tolist(), at[1:].tolist(), strict=True)):
        members, best = docs[first:last], tiers[first:last]
        numbers[word, 0] = everyone = sets.add(bitmap(members))
        for tier in np.unique(best).tolist():
            if tier < 3:
                here = best == tier
                numbers[word, tier + 1] = (
                    everyone if here.all() else sets.add(bitmap(members[here]))
                )
    write_column(folder, "word_sets", numbers)


# ---------------------------------------------------------------------------------------- pairs
def _pairs(
    folder: Path, parts: list[Path], frequency: np.ndarray, members: int, sets: SetsWriter
) -> None:
    """A set for each two frequent words that stand next to each other somewhere."""
    frequent = np.flatnonzero(frequency >= max(FEW, FREQUENT * members))
    rank = np.full(len(frequency), -1, np.int64)
    rank[frequent] = np.arange(len(frequent))
    found: dict[int, list[np.ndarray]] = {}
    for part in parts if len(frequent) else ():
        codes, docs = _neighbours(part, rank, len(frequent))
        edges = np.flatnonzero(np.diff(codes)) + 1
        for codes_here, docs_here in zip(
            np.split(codes, edges), np.split(docs, edges), strict=True
        ):
            if len(codes_here):
                found.setdefault(int(codes_here[0]), []).append(np.unique(docs_here))
    codes = sorted(found)
    numbers = [sets.add(bitmap(np.concatenate(found[code]))) for code in codes]
    write_column(folder, "frequent", frequent.astype(np.uint32))
    write_column(folder, "pair_codes", np.array(codes, dtype=np.uint64))
    write_column(folder, "pair_sets", np.array(numbers, dtype=np.uint32))


def _neighbours(part: Path, rank: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """Which frequent words follow each other in which documents, ordered by pair."""
    counts = np.array(map_column(part, "counts")).astype(np.int64)
    ranks = np.repeat(rank[map_column(part, "words")], counts)
    docs = np.repeat(np.array(map_column(part, "docs")), counts).astype(np.int64)
    positions = np.array(map_column(part, "positions"))
    wanted = ranks >= 0
    ranks, places = ranks[wanted], (docs[wanted] << 15) | positions[wanted]
    order = np.argsort(places, kind="stable")
    places, ranks = places[order], ranks[order]
    # Several lexemes may share a position (foo-bar and foo): look at the few that follow.
    codes, members = [], []
    for ahead in range(1, len(places)):
        gap = places[ahead:] - places[:-ahead]
        near = np.flatnonzero(gap == 1)
        codes.append(ranks[near] * base + ranks[near + ahead])
        members.append(places[near] >> 15)
        if not (gap <= 1).any():
            break
    if not codes:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    code, member = np.concatenate(codes), np.concatenate(members)
    order = np.lexsort((member, code))
    return code[order], member[order]


# --------------------------------------------------------------------------------------- facets
def _facets(folder: Path, parts: list[Path], members: int, sets: SetsWriter) -> None:
    """Each facet's values by falling frequency: labels, sets, and each member's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, kind, label, folded FROM recruiter_facetvalue ORDER BY id")
        known = cursor.fetchall()
    ids = np.array([row[0] for row in known], dtype=np.int64)
    stated, owners = _stated(parts, ids)
    frequency = np.bincount(stated, minlength=len(ids))
    for name, kinds in ROWS.items():
        values = []
        for kind in kinds:
            mine = [n for n, row in enumerate(known) if row[1] == kind and frequency[n]]
            mine.sort(key=lambda n: (-frequency[n], known[n][3].encode()))
            rank = np.full(len(ids), NONE, dtype=np.uint32)
            rank[mine] = np.arange(len(mine), dtype=np.uint32)
            here = rank[stated]
            values.append((here[here != NONE], owners[here != NONE], len(mine)))
            _facet_sets(folder, kind, values[-1], members, sets)
            write_column(folder, f"{kind}_ids", ids[mine])
            write_column(folder, f"{kind}_frequency", frequency[mine].astype(np.uint32))
            _labels(folder, kind, [known[n][2:] for n in mine])
        _rows(folder, name, values, members)


def _labels(folder: Path, kind: str, labels: list[tuple[str, str]]) -> None:
    """Each value's text, the same as it is compared, and its place in alphabetical order."""
    folded = [each.encode() for _, each in labels]
    write_strings(folder, f"{kind}_labels", [label.encode() for label, _ in labels])
    write_strings(folder, f"{kind}_folded", folded)
    order = np.empty(len(labels), dtype=np.uint32)
    order[sorted(range(len(labels)), key=folded.__getitem__)] = np.arange(len(labels))
    write_column(folder, f"{kind}_order", order)


def _stated(parts: list[Path], ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All values of all members, as places in `ids`, and whose they are, by member."""
    values = [map_column(part, "facets") for part in parts] or [np.zeros(0, np.int64)]
    counts = [map_column(part, "facet_counts") for part in parts] or [np.zeros(0, np.uint16)]
    stated, count = np.concatenate(values), np.concatenate(counts)
    owners = np.repeat(np.arange(len(count), dtype=np.uint32), count)
    place = np.searchsorted(ids, stated)
    # A value made since the table was read belongs to a document that changed since then.
    known = place < len(ids)
    known[known] = ids[place[known]] == stated[known]
    return place[known].astype(np.uint32), owners[known]


# Some facet's values as ranks, whose they are (ascending), and how many different ones there are.
Stated = tuple[np.ndarray, np.ndarray, int]


def _rows(folder: Path, name: str, facets: list[Stated], members: int) -> None:
    rows, longer = packed(facets, members)
    write_column(folder, f"{name}_values", rows)
    write_column(folder, f"{name}_longer", longer)
    stated = sum(len(values) for values, *_ in facets)
    write_column(folder, f"{name}_stated", np.array([stated], np.uint64))


def packed(facets: list[Stated], members: int) -> tuple[np.ndarray, np.ndarray]:
    """Each member's values of several facets, as counting.Rows explains."""
    kinds = sum(different for *_, different in facets)
    held = [np.bincount(owners, minlength=members) for _, owners, _ in facets]
    total = sum(held, np.zeros(members, np.int64))
    most = int(np.quantile(total, FIT)) if members else 0
    width = (most // ROW_STEP + 1) * ROW_STEP
    rows = np.zeros((members, width), np.uint16 if kinds <= 65_536 else np.uint32)
    rows[:, 0] = total
    ends, place, longer = np.ones(members, np.int64), 0, [np.zeros((0, 2), np.uint32)]
    for (values, owners, different), count in zip(facets, held, strict=True):
        at, numbered = reading.runs(ends, count), values + np.uint32(place)
        fits = at < width
        rows[owners[fits], at[fits]] = numbered[fits]
        longer.append(np.stack([owners[~fits], numbered[~fits]], axis=1))
        ends += count
        place += different
    beyond = np.concatenate(longer).astype(np.uint32)
    return rows, beyond[np.argsort(beyond[:, 0], kind="stable")]


def _facet_sets(folder: Path, kind: str, stated: Stated, members: int, sets: SetsWriter) -> None:
    """Each value's members."""
    values, rows, different = stated
    order = np.argsort(values, kind="stable")
    owners = np.split(rows[order], np.cumsum(np.bincount(values, minlength=different))[:-1])
    _dense(folder, kind, owners if different else [], members)
    first = NONE
    for members_of_value in owners if different else ():
        number = sets.add(bitmap(members_of_value))
        first = number if first == NONE else first
    write_column(folder, f"{kind}_first", np.array([first], dtype=np.uint32))


def _dense(folder: Path, kind: str, owners: list[np.ndarray], members: int) -> None:
    """The sets of the frequent values as bits; values are ordered by frequency."""
    frequent = [each for each in owners if len(each) >= max(FEW, members // DENSE)]
    width = -(-members // BLOCK) * BLOCK
    bits = np.lib.format.open_memmap(
        folder / f"{kind}_dense.npy", "w+", np.uint8, (len(frequent), width // 8)
    )
    for row, owner in enumerate(frequent):
        flags = np.zeros(width, dtype=np.uint8)
        flags[owner] = 1
        bits[row] = np.packbits(flags, bitorder="little")


# ---------------------------------------------------------------------------------------- flags
_FLAGS = {
    "open_publicly": "SELECT member_id, 0::bigint FROM {} WHERE open_publicly",
    "open_privately": "SELECT member_id, 0::bigint FROM {} WHERE open_privately",
    "works_at": "SELECT member_id, unnest(current_company_ids) FROM {}"
    " WHERE current_company_ids <> '{{}}'",
    "connected_to": "SELECT member_id, unnest(connected_company_ids) FROM {}"
    " WHERE connected_company_ids <> '{{}}'",
}


def _flags(folder: Path, sets: SetsWriter) -> None:
    """Who is open, works at a company, knows somebody there: a set for each company."""
    members = np.array(map_column(folder, "members"))
    order = np.argsort(members)
    write_column(folder, "sorted_members", members[order])
    write_column(folder, "numbers_of_sorted", order.astype(np.uint32))
    for name, statement in _FLAGS.items():
        who, company = reading.fetch_columns(statement.format("recruiter_memberdocument"), 2)
        place = np.searchsorted(members[order], who)
        known = place < len(members)
        known[known] = members[order][place[known]] == who[known]
        number, company = order[place[known]].astype(np.uint32), company[known]
        keys = np.unique(company)
        found = [sets.add(BitMap(sorted(number[company == key].tolist()))) for key in keys]
        write_column(folder, f"{name}_keys", keys)
        write_column(folder, f"{name}_sets", np.array(found, dtype=np.uint32))
