"""The yardstick: tantivy over the same documents, with exact counts. Never part of the product.

Its words are PostgreSQL's lexemes, set in the order in which they stood, so totals can be
compared. What a seat may see lies in the document, which is the best that it can do.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import tantivy

from recruiter.models import FacetValue
from recruiter.search import words
from recruiter.search.bitmap.live import LiveIndex
from recruiter.search.bitmap.overlay import Document, fetch_documents
from recruiter.search.port import FACET_SIZE, FACETS, SPOTLIGHTS, And, MemberQuery, Not, Or

EXACT = 100_000  # values that a segment counts: above the number that there are
CHUNK = 5_000
GAP = "\N{EMPTY SET}"  # stands where no word does, so that phrases do not reach across


class Yardstick:
    """An index of all documents, in a folder."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("member", stored=True, fast=True)
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
        for kind in FACETS:
            builder.add_text_field(kind, tokenizer_name="raw", fast=True, index_option="basic")
        for key in SPOTLIGHTS:
            builder.add_unsigned_field(key, indexed=True, fast=True)
        self.schema = builder.build()
        self.folder = folder
        self.built = (folder / "built").exists()
        if not self.built:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self.index = tantivy.Index(self.schema, path=str(folder))

    def build(
        self, live: LiveIndex, query: MemberQuery, on_progress: Callable[[int], None]
    ) -> None:
        """Index every document, in the order of the base.

        Args:
            query: whose viewer's Spotlights the documents are given.
        """
        if self.built:
            return
        kinds = {pk: (kind, label) for pk, kind, label in _values()}
        spotlights = live.spotlights(query)
        writer = self.index.writer(heap_size=1_000_000_000, num_threads=1)
        members = live.base.members
        for first in range(0, len(members), CHUNK):
            chunk = members[first : first + CHUNK].tolist()
            found = {each.member_id: each for each in fetch_documents(chunk)}
            for number, member in enumerate(chunk, first):
                if member not in found:  # left since the base was built: in no answer of ours
                    continue
                entry = tantivy.Document()
                entry.add_integer("member", member)
                entry.add_text("words", _text(found[member]))
                for value in found[member].facets:
                    entry.add_text(*kinds[value])
                for key, stands in spotlights.items():
                    entry.add_unsigned(key, int(number in stands))
                writer.add_document(entry)
            on_progress(len(chunk))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        (self.folder / "built").touch()

    def ask(
        self, query: MemberQuery, tree: words.Resolved | None
    ) -> tuple[int, dict[str, list[tuple[str, int]]], dict[str, int]]:
        """Total, panels and Spotlight counts: all that a page needs, the best 25 included.

        A panel with a choice ignores it, as ours do, which takes a question of its own.
        """
        searcher = self.index.searcher()
        asked = self._query(query, tree)
        found = searcher.search(asked, limit=query.count, count=True)
        [searcher.doc(address)["member"] for _, address in found.hits]
        chosen = [kind for kind in query.panels if getattr(query, kind)]
        together = [kind for kind in query.panels if kind not in chosen]
        sums = {key: {"sum": {"field": key}} for key in SPOTLIGHTS}
        counted = searcher.aggregate(asked, _terms(together) | sums)
        for kind in chosen:
            but_for = self._query(replace(query, **{kind: ()}), tree)
            counted |= searcher.aggregate(but_for, _terms([kind]))
        panels = {
            kind: [(line["key"], line["doc_count"]) for line in counted[kind]["buckets"]]
            for kind in query.panels
        }
        return found.count, panels, {key: int(counted[key]["value"]) for key in SPOTLIGHTS}

    def _query(self, query: MemberQuery, tree: words.Resolved | None) -> tantivy.Query:
        must = [self._tree(tree)] if tree else []
        for kind in FACETS:
            if values := getattr(query, kind):
                must.append(tantivy.Query.term_set_query(self.schema, kind, list(values)))
        must += [tantivy.Query.term_query(self.schema, key, 1) for key in query.spotlights]
        if not must:
            return tantivy.Query.all_query()
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in must])

    def _tree(self, node: words.Resolved) -> tantivy.Query:
        if isinstance(node, words.Lexemes):
            return self._leaf(node)
        if isinstance(node, Or):
            parts = [(tantivy.Occur.Should, self._tree(each)) for each in node.of]
            return tantivy.Query.boolean_query(parts)
        parts = []
        for each in node.of if isinstance(node, And) else (node,):
            inside = each.node if isinstance(each, Not) else each
            occur = tantivy.Occur.MustNot if isinstance(each, Not) else tantivy.Occur.Must
            parts.append((occur, self._tree(inside)))
        return tantivy.Query.boolean_query(parts)

    def _leaf(self, leaf: words.Lexemes) -> tantivy.Query:
        if len(leaf.words) > 1:
            return tantivy.Query.phrase_query(self.schema, "words", list(leaf.words))
        if leaf.prefix:
            return tantivy.Query.fuzzy_term_query(
                self.schema, "words", leaf.words[0], distance=0, prefix=True
            )
        return tantivy.Query.term_query(self.schema, "words", leaf.words[0])


def _terms(kinds: Iterable[str]) -> dict[str, Any]:
    """The panels of some facets, as tantivy is asked for them."""
    return {
        kind: {"terms": {"field": kind, "size": FACET_SIZE, "segment_size": EXACT}}
        for kind in kinds
    }


def _text(document: Document) -> str:
    places = {position: word for word, found in document.words.items() for position, _ in found}
    return " ".join(places.get(place, GAP) for place in range(1, max(places, default=0) + 1))


def _values() -> list[tuple[int, str, str]]:
    return list(FacetValue.objects.values_list("pk", "kind", "label"))
