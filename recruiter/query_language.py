"""The language of every search box: from text to the port's tree of words, and back.

    query    = either
    either   = all, {"OR", all}
    all      = one, {["AND"], one}                words side by side are ANDed
    one      = {"NOT" | "-"}, part                NOT binds closest, then AND, then OR
    part     = "(", either, ")" | field | leaf
    field    = name, ":", ( leaf | "(", either without fields, ")" )
    leaf     = quotation | word | word, "*"       a word has a letter or a digit

Operators are in capitals: `or` is a word like any other. A text that does not fit the grammar is
searched as plain words, and the reading says where it broke and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recruiter.search.port import LONGEST_TEXT, And, Field, Node, Not, Or, Phrase, Prefix, Word

# What people write before a colon, and the facet in which it looks.
FIELDS = {
    "title": "title",
    "company": "company",
    "past_company": "past_company",
    "skill": "skill",
    "location": "location",
    "industry": "industry",
    "school": "school",
    "name": "name",
}
DEEPEST = 12  # parentheses and NOTs inside each other; PostgreSQL reads not many more
NO_WORD = "No word to look for stands in it, so it leaves nobody out."
_OPERATORS = ("AND", "OR", "NOT")
# Quotes and parentheses of other keyboards and word processors.
_PLAIN = str.maketrans({"\0": " ", **dict.fromkeys("“”„«»", '"'), "\uff08": "(", "\uff09": ")"})
_TOKEN = re.compile(r'\s*(?:(?P<mark>[()])|(?P<quoted>"[^"]*(?P<end>"?))|(?P<word>[^\s()"]+))')
_FIELD = re.compile(rf"({'|'.join(FIELDS)}):(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """Where a text broke the grammar: an offset in characters, and why, in a sentence."""

    place: int
    why: str


@dataclass(frozen=True)
class Reading:
    """What a text was taken for.

    Attributes:
        text: as typed, on one line.
        node: None where it asks for nothing.
        fault: where it could not be read as it stands; `node` then holds its plain words.
        hint: what the writer may have meant instead, or why it asks for nothing.
    """

    text: str
    node: Node | None = None
    fault: Fault | None = None
    hint: str = ""

    @property
    def echo(self) -> str:
        """The reading in words, with every operator written out; empty for a single leaf."""
        if self.node is None or isinstance(self.node, Word | Phrase | Prefix):
            return ""
        return write(self.node)

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before the fault, the faulty character and the rest; for showing the place."""
        place = self.fault.place if self.fault else len(self.text)
        return self.text[:place], self.text[place : place + 1], self.text[place + 1 :]


def read(text: str) -> Reading:
    """Read what somebody typed. Never fails."""
    line = " ".join(text[:LONGEST_TEXT].translate(_PLAIN).split())
    tokens = list(_tokens(line))
    if not tokens:
        return Reading(line, hint=NO_WORD if line else "")
    try:
        return Reading(line, _Reader(line, tokens).whole(), hint=_hint(tokens))
    except _Broken as broken:
        words = _plain_words(tokens)
        fault = Fault(broken.place, broken.why)
        return Reading(line, words, fault, hint="" if words else NO_WORD)


def write(node: Node) -> str:
    """The text of a tree, such that `read` gives the tree again."""
    if isinstance(node, Or):
        return " OR ".join(write(part) for part in node.of)
    if isinstance(node, And):
        return " AND ".join(_bracketed(part, Or) for part in node.of)
    if isinstance(node, Not):
        return f"NOT {_bracketed(node.node, And | Or)}"
    if isinstance(node, Field):
        return f"{node.kind}:{_bracketed(node.inside, And | Or)}"
    if isinstance(node, Phrase):
        return f'"{node.text}"'
    return node.text + ("*" if isinstance(node, Prefix) else "")


def _bracketed(node: Node, kinds: type) -> str:
    return f"({write(node)})" if isinstance(node, kinds) else write(node)


# ---------------------------------------------------------------------------------- the tokens
@dataclass(frozen=True)
class _Token:
    """A mark or operator (`kind` is itself), a `word`, a `quoted` text, or a `field` name."""

    kind: str
    text: str
    place: int
    closed: bool = True


def _tokens(line: str) -> Iterator[_Token]:
    at = 0
    while found := _TOKEN.match(line, at):
        at = found.end()
        if found["mark"]:
            yield _Token(found["mark"], found["mark"], found.start("mark"))
        elif found["quoted"]:
            text = found["quoted"].strip('"').strip()
            yield _Token("quoted", text, found.start("quoted"), bool(found["end"]))
        else:
            yield from _words(found["word"], found.start("word"), line[at : at + 1])


def _words(word: str, place: int, after: str) -> Iterator[_Token]:
    """One run of letters: an operator, a minus and a word, or a field and perhaps its word."""
    if word in _OPERATORS:
        yield _Token(word, word, place)
        return
    if word.startswith("-") and (word.strip("-") or after in {"(", '"'}):
        yield _Token("NOT", "-", place)
        place += len(word) - len(word.lstrip("-"))
        word = word.lstrip("-")
    if field := _FIELD.fullmatch(word):
        name, rest = field.groups()
        yield _Token("field", name.lower(), place)
        word, place = rest, place + len(name) + 1
    if any(letter.isalnum() for letter in word):  # signs alone ask for nothing
        yield _Token("word", word, place)


def _hint(tokens: list[_Token]) -> str:
    small = {token.text for token in tokens if token.kind == "word"} & {"and", "or", "not"}
    if not small:
        return ""
    words = " and ".join(sorted(small))
    return f"“{words}” was searched as a word. In capitals it joins what stands beside it."


def _plain_words(tokens: list[_Token]) -> Node | None:
    said = [token for token in tokens if token.kind in {"word", "quoted"} and token.text]
    return _joined(And, [_leaf(token) for token in said]) if said else None


# ---------------------------------------------------------------------------------- the grammar
class _Broken(Exception):
    def __init__(self, place: int, why: str) -> None:
        super().__init__(why)
        self.place, self.why = place, why


class _Reader:
    """Reads tokens from left to right, one method a rule of the grammar."""

    def __init__(self, line: str, tokens: list[_Token]) -> None:
        self.line, self.tokens = line, tokens
        self.at = self.depth = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    @property
    def place(self) -> int:
        return self.tokens[self.at].place if self.at < len(self.tokens) else len(self.line)

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> Node:
        node = self.either(inside_field=False)
        if self.next:
            raise _Broken(self.place, "This parenthesis was never opened.")
        return node

    def either(self, *, inside_field: bool) -> Node:
        parts = [self.all(inside_field=inside_field)]
        while self.next == "OR":
            self.take()
            parts.append(self.all(inside_field=inside_field))
        return _joined(Or, parts)

    def all(self, *, inside_field: bool) -> Node:
        parts = [self.one(inside_field=inside_field)]
        while self.next not in {"", ")", "OR"}:
            if self.next == "AND":
                self.take()
            parts.append(self.one(inside_field=inside_field))
        return _joined(And, parts)

    def one(self, *, inside_field: bool) -> Node:
        if self.next != "NOT":
            return self.part(inside_field=inside_field)
        if inside_field:
            raise _Broken(self.place, "NOT stands before a field, not inside it.")
        self.deeper()
        self.take()
        node = Not(self.one(inside_field=False))
        self.depth -= 1
        return node

    def part(self, *, inside_field: bool) -> Node:
        place, kind = self.place, self.next
        if kind == "(":
            return self.bracket(inside_field=inside_field)
        if kind == "field":
            if inside_field:
                raise _Broken(place, "A field cannot stand inside another field.")
            return self.field()
        if kind in {"word", "quoted"}:
            return self.leaf()
        before = self.tokens[self.at - 1].text if self.at else "the beginning"
        raise _Broken(place, f"Something to search for is missing after {before}.")

    def bracket(self, *, inside_field: bool) -> Node:
        self.deeper()
        opened = self.take()
        node = self.either(inside_field=inside_field)
        if self.next != ")":
            raise _Broken(opened.place, "This parenthesis is never closed.")
        self.take()
        self.depth -= 1
        return node

    def field(self) -> Node:
        name = self.take().text
        if self.next == "(":
            return Field(FIELDS[name], self.bracket(inside_field=True))
        if self.next not in {"word", "quoted"}:
            raise _Broken(self.place, f"Something to search for is missing after {name}:")
        return Field(FIELDS[name], self.leaf())

    def leaf(self) -> Node:
        token = self.take()
        if not token.closed:
            raise _Broken(token.place, "This quotation is never closed.")
        if not token.text:
            raise _Broken(token.place, "There is nothing to search for here.")
        return _leaf(token)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Broken(self.place, f"More than {DEEPEST} parentheses stand inside each other.")


def _leaf(token: _Token) -> Word | Phrase | Prefix:
    if token.kind == "quoted":
        return Phrase(token.text)
    beginning = token.text.rstrip("*")
    return Word(token.text) if beginning == token.text else Prefix(beginning)


def _joined(kind: type[And] | type[Or], parts: list[Node] | tuple[Node, ...]) -> Node:
    """One node over all parts; those of the same kind are opened, a single one stands alone."""
    flat: list[Node] = []
    for part in parts:
        flat += part.of if isinstance(part, kind) else [part]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
