"""Words: from what people type to the lexemes by which documents are kept.

Three steps, shared by all engines. `read` makes a tree of free text; `resolve` has PostgreSQL
read its leaves, with the same rules as the documents; an engine then evaluates a tree whose
leaves are `Lexemes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from recruiter.search.port import (
    LONGEST_TEXT,
    And,
    Field,
    Given,
    MemberQuery,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

NAME = "name:"  # begins the lexemes that stand for a person's name
# A minus, then a quotation (which may lack its end) or whatever has no space in it.
_PART = re.compile(r'(-*)(?:"([^"]*)"?|([^\s"]+))')
_LEXEME = re.compile(r"'((?:[^']|'')*)'(?: <(-|\d+)>)?")


@dataclass(frozen=True)
class Lexemes:
    """A leaf as documents know it.

    Attributes:
        words: lexemes that follow each other; mostly one.
        steps: how far each but the first stands behind the one before it, in positions.
        prefix: whether the last is only a beginning.
    """

    words: tuple[str, ...]
    steps: tuple[int, ...] = ()
    prefix: bool = False


Resolved = Lexemes | Given | And | Or | Not | Field


def clean(text: str) -> str:
    """Text that PostgreSQL takes: no NUL, no half of a character pair, not too long."""
    return text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "replace").decode()


def read(text: str) -> Node | None:
    """Free text as in web searches: AND between words, OR below it, quotes, a leading minus.

    Never fails. Returns None for a text that asks for nothing.
    """
    parts = list(_PART.finditer(clean(text)))
    groups: list[list[Node]] = [[]]
    for place, part in enumerate(parts):
        minus, quoted, plain = part.groups()
        if not minus and plain and plain.lower() == "or" and 0 < place < len(parts) - 1:
            groups.append([])
            continue
        node = Phrase(quoted) if plain is None else Word(plain)
        groups[-1].append(Not(node) if minus else node)
    either = tuple(And(tuple(group)) for group in groups if group)
    return Or(either) if either else None


Leaf = Word | Phrase | Prefix


def tree_of(query: MemberQuery) -> tuple[Node, list[Leaf]]:
    """The words of a question as one tree, and its leaves, each once."""
    asked = [node for node in (read(query.text), query.words) if node is not None]
    tree = And(tuple(asked))
    return tree, list(dict.fromkeys(_leaves(tree)))


def resolve(cursor: Any, query: MemberQuery) -> Resolved | None:
    """What a question's words mean here; None when it asks for none. One statement at most."""
    tree, leaves = tree_of(query)
    if not leaves:
        return with_lexemes(tree, [], [])
    cursor.execute(f"SELECT ({READ_LEAVES})", leaf_parameters(leaves))
    return with_lexemes(tree, leaves, cursor.fetchone()[0])


READ_LEAVES = """
SELECT array_agg((
    CASE WHEN leaf.phrase THEN phraseto_tsquery('rsc_words', rsc_plain(leaf.words))
        ELSE plainto_tsquery('rsc_words', rsc_plain(leaf.words)) END
)::text ORDER BY leaf.place)
FROM unnest(%(leaves)s::text[], %(phrases)s::boolean[])
    WITH ORDINALITY AS leaf(words, phrase, place)
"""


def leaf_parameters(leaves: list[Leaf]) -> dict[str, Any]:
    """The parameters of READ_LEAVES."""
    return {
        "leaves": [clean(leaf.text) for leaf in leaves],
        "phrases": [isinstance(leaf, Phrase) for leaf in leaves],
    }


def with_lexemes(tree: Node, leaves: list[Leaf], read_as: list[str]) -> Resolved | None:
    """The tree with its leaves as PostgreSQL read them."""
    known = {leaf: _resolved(leaf, text) for leaf, text in zip(leaves, read_as, strict=True)}
    return _replaced(tree, known)


def typed(cursor: Any, text: str) -> str:
    """What somebody began to type as a tsquery; empty when there is no word in it."""
    leaf = Prefix(text)
    cursor.execute(f"SELECT ({READ_LEAVES})", leaf_parameters([leaf]))
    tree = with_lexemes(leaf, [leaf], cursor.fetchone()[0])
    return tsquery(tree) if tree else ""


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, And | Or):
        for part in node.of:
            yield from _leaves(part)
    elif isinstance(node, Not):
        yield from _leaves(node.node)
    elif isinstance(node, Field):
        yield from _leaves(node.inside)
    elif not isinstance(node, Given):
        yield node


def _resolved(leaf: Leaf, read_as: str) -> Resolved | None:
    found = _LEXEME.findall(read_as)
    words = [word.replace("''", "'").replace("\\\\", "\\") for word, _ in found]
    if isinstance(leaf, Phrase) and words:
        steps = tuple(1 if step == "-" else int(step) for _, step in found[:-1])
        return Lexemes(tuple(words), steps)
    last = len(words) - 1 if isinstance(leaf, Prefix) else -1
    return _joined(And, [Lexemes((word,), (), n == last) for n, word in enumerate(words)])


def _replaced(node: Node, known: dict[Any, Resolved | None]) -> Resolved | None:
    """The same tree over lexemes; parts that ask for nothing drop out."""
    if isinstance(node, And | Or):
        return _joined(type(node), [_replaced(part, known) for part in node.of])
    if isinstance(node, Not):
        inside = _replaced(node.node, known)
        return Not(inside) if inside else None
    if isinstance(node, Field):
        inside = _replaced(node.inside, known)
        if inside and node.kind == "name":  # no facet: names have lexemes of their own
            return _marked(inside)
        return Field(node.kind, inside) if inside else None
    return node if isinstance(node, Given) else known[node]


def _marked(node: Resolved) -> Resolved:
    """The same tree over the lexemes of names."""
    if isinstance(node, Lexemes):
        return replace(node, words=tuple(NAME + word for word in node.words))
    if isinstance(node, And | Or):
        return type(node)(tuple(_marked(part) for part in node.of))
    return Not(_marked(node.node)) if isinstance(node, Not) else node


def _joined(how: type[And] | type[Or], parts: list[Resolved | None]) -> Resolved | None:
    some = tuple(dict.fromkeys(part for part in parts if part is not None))
    if len(some) < 2:
        return some[0] if some else None
    return how(some)


def wanted(node: Resolved | None) -> Iterator[tuple[str, bool]]:
    """The lexemes that a tree asks for rather than excludes, each with whether it is a prefix."""
    if isinstance(node, Lexemes):
        for place, word in enumerate(node.words):
            yield word, node.prefix and place == len(node.words) - 1
    elif isinstance(node, And | Or):
        for part in node.of:
            yield from wanted(part)
    elif isinstance(node, Field):
        yield from wanted(node.inside)


def quoted(word: str, prefix: bool = False, tier: str = "") -> str:
    """One lexeme as a tsquery: 'eng':*A."""
    flags = ("*" if prefix else "") + tier
    text = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'" + (f":{flags}" if flags else "")


def tsquery(node: Resolved) -> str:
    """A tree of words as PostgreSQL writes it; a field inside a field is only its words."""
    if isinstance(node, Lexemes):
        text = quoted(node.words[0], node.prefix and len(node.words) == 1)
        for place, (word, step) in enumerate(zip(node.words[1:], node.steps, strict=True), 2):
            last = node.prefix and place == len(node.words)
            text += f" <{step}> {quoted(word, last)}"
        return f"({text})"
    if isinstance(node, Not):
        return f"!{tsquery(node.node)}"
    if isinstance(node, Field):
        return tsquery(node.inside)
    between = " & " if isinstance(node, And) else " | "
    return "(" + between.join(tsquery(part) for part in node.of) + ")"
