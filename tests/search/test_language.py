"""What people type, answered by every engine as the help page says."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from recruiter import query_language
from recruiter.models import Education, Member
from recruiter.search import MemberQuery, Viewer
from recruiter.search.port import And, Field, Node, Not, Or, Phrase, Prefix, Word
from tests import factories
from tests.search.test_index import index  # noqa: F401 - the fixture, once for each engine

pytestmark = pytest.mark.django_db
QUERIES = Path(__file__).parents[1] / "recruiter" / "queries.tsv"
# name, title now, employer now, employer before, skills, place, industry, school
PEOPLE = (
    ("Mae Norris", "Account manager", "Acme", "Mintone", "java,sales", "Berlin", "Software",
     "Georgia Tech"),
    ("Hugo Berlin", "Senior engineer", "Acme Corp", "Elk", "java,python,go", "New York",
     "Computer software", "MIT"),
    ("Ines Java", "Sales director", "Mintone", "Acme", "python,rust", "Chicago", "Retail", "MIT"),
    ("Anne-Marie O'Brien", "Engineer", "Elk", "Acme", "c++,c#,machine learning", "Berlin",
     "Software", "Georgia State"),
    ("Jan Müller", "Account director", "Acme", "Elk", "go,rust,.net", "Chicago", "Energy", "MIT"),
    ("Yuki 東京", "エンジニア", "Elk", "Mintone", "java,kotlin", "Łódź", "Retail", "Waseda"),
    ("Manager Account", "Frontend developer", "Mintone", "Elk", "javascript,python", "Berlin",
     "Software", "Georgia Tech"),
)  # fmt: skip
FIELD_OF = {"title": 1, "company": 2, "past_company": 3, "location": 5, "industry": 6, "school": 7}


def made() -> dict[int, tuple[str, ...]]:
    """The people above as members, by primary key."""
    found = {}
    for each in PEOPLE:
        name, title, employer, before, skills, place, industry, school = each
        first, last = name.split(" ", 1)
        member = factories.MemberFactory(
            first_name=first, last_name=last, headline="", location=place, industry=industry,
            skills=skills.split(","),
        )  # fmt: skip
        factories.PositionFactory(member=member, title=title, employer=employer)
        factories.PositionFactory(member=member, title="Clerk", employer=before, ended_on="2011")
        Education.objects.create(member=member, school=school)
        found[member.pk] = each
    return found


# ------------------------------------------------------------------- the same in plain Python
def values(person: tuple[str, ...]) -> list[str]:
    """Each value of a profile, in small letters; a phrase never goes across two."""
    texts = [text for place, text in enumerate(person) if place != 4]
    return [*texts, "clerk", *person[4].split(",")]


def bare(text: str) -> list[str]:
    """The words of a text in small letters, without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).split()


def has(text: str, leaf: Word | Phrase | Prefix) -> bool:
    said, wanted = bare(text), bare(leaf.text)
    if isinstance(leaf, Prefix):
        return any(word.startswith(wanted[0]) for word in said)
    at_most = len(said) - len(wanted)
    return any(said[n : n + len(wanted)] == wanted for n in range(at_most + 1))


def holds(texts: list[str], node: Node) -> bool:
    """Whether a profile, or one value of it, is as a tree says."""
    if isinstance(node, And):
        return all(holds(texts, part) for part in node.of)
    if isinstance(node, Or):
        return any(holds(texts, part) for part in node.of)
    return any(has(text, node) for text in texts)


def fits(person: tuple[str, ...], node: Node) -> bool:
    if isinstance(node, And):
        return all(fits(person, part) for part in node.of)
    if isinstance(node, Or):
        return any(fits(person, part) for part in node.of)
    if isinstance(node, Not):
        return not fits(person, node.node)
    if isinstance(node, Field):
        if node.kind == "skill":
            return any(holds([skill], node.inside) for skill in person[4].split(","))
        text = person[0] if node.kind == "name" else person[FIELD_OF[node.kind]]
        return holds([text], node.inside)
    return holds(values(person), node)


def leaves(node: Node) -> Iterator[Word | Phrase | Prefix]:
    if isinstance(node, And | Or):
        for part in node.of:
            yield from leaves(part)
    elif isinstance(node, Not | Field):
        yield from leaves(node.node if isinstance(node, Not) else node.inside)
    else:
        yield node


def plain(node: Node) -> bool:
    """Whether its words are of letters alone: signs inside of words are PostgreSQL's to read."""
    return all(leaf.text.replace(" ", "").isalnum() for leaf in leaves(node))


ROWS = [row[0] for row in csv.reader(QUERIES.open(), delimiter="\t", quoting=csv.QUOTE_NONE)]


def test_every_query_of_the_table_finds_whom_it_says(index):  # noqa: F811
    people = made()
    index.put(people)
    viewer = Viewer(company_id=1)
    wrong, compared = {}, 0
    for text in ROWS:
        node = query_language.read(text).node
        found = index.search(MemberQuery(viewer=viewer, words=node))  # none makes an error
        if node is None:
            assert found.total == len(people), text
        elif plain(node):
            compared += 1
            wanted = {pk for pk, person in people.items() if fits(person, node)}
            if set(found.member_ids) != wanted:
                wrong[text] = (names(found.member_ids, people), names(wanted, people))
    assert wrong == {}
    assert compared > 150


def names(ids, people) -> list[str]:
    return sorted(people[pk][0] for pk in ids)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c++", ["Anne-Marie O'Brien"]),
        ("skill:c#", ["Anne-Marie O'Brien"]),
        (".net", ["Jan Müller"]),
        ("muller", ["Jan Müller"]),
        ("name:müller", ["Jan Müller"]),
        ("name:o'brien", ["Anne-Marie O'Brien"]),
        ("name:anne-marie", ["Anne-Marie O'Brien"]),
        ("name:marie", ["Anne-Marie O'Brien"]),
        ('name:"jan müller"', ["Jan Müller"]),
        ("name:berlin", ["Hugo Berlin"]),
        ("name:java", ["Ines Java"]),
        ("name:(mae OR ines) title:director", ["Ines Java"]),
        ("東京", ["Yuki 東京"]),
        ("エンジニア java", ["Yuki 東京"]),
        ("łódź", ["Yuki 東京"]),
        ("lodz", ["Yuki 東京"]),
        ('"manager account"', ["Manager Account"]),
        ("title:manager", ["Mae Norris"]),
    ],
)
def test_words_with_signs_accents_and_other_scripts(index, text, found):  # noqa: F811
    people = made()
    index.put(people)
    node = query_language.read(text).node
    answer = index.search(MemberQuery(viewer=Viewer(company_id=1), words=node))
    assert names(answer.member_ids, people) == found


def test_the_page_says_what_it_understood(browse, ada):
    page = browse(ada)
    text = page.get("/talent/search/", {"q": "java OR python -intern"}).text
    assert "java OR python AND NOT intern" in text
    broken = page.get("/talent/search/", {"q": "(java OR python"}).text
    assert "This parenthesis is never closed." in broken
    assert "<mark>(</mark>java OR python" in broken
    small = page.get("/talent/search/", {"q": "java or python"}).text
    assert "In capitals it joins what stands beside it." in small
    for wordless in ("\N{GRINNING FACE}", "- *", "AND OR NOT", '""'):
        assert "so it leaves nobody out" in page.get("/talent/search/", {"q": wordless}).text
    assert "leaves nobody out" not in page.get("/talent/search/").text
    assert Member.objects.count() == 0


def test_each_example_of_the_help_page_is_understood(browse, ada):
    text = browse(ada).get("/talent/search/help/").text
    for example in ("java OR python", "title:engineer", "name:norris"):
        assert f"<code>{example}</code>" in text
