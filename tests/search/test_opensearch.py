"""The `opensearch` engine on three real nodes beside the `sql` engine: changed, doubted, broken.

Collected by `make test-opensearch` only, which has the nodes up.
"""

from __future__ import annotations

import io
import random
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection

from fixtures.opensearch.nodes import NODES, wait_for
from recruiter import search
from recruiter.models import IndexCheck, Member, MemberDocument
from recruiter.search import MemberQuery, Viewer, care
from recruiter.search.opensearch import build, counting
from recruiter.search.opensearch.cluster import cluster
from recruiter.search.port import FACETS, And, Known, Members, Not, Phrase, Prefix, Value
from tests import factories
from tests.search.test_bitmap import change, differences, set_fact


@pytest.fixture
def index(cluster_index):
    return cluster_index


@pytest.mark.parametrize("seed", [1, 2])
def test_random_syncs_edits_and_deletes_are_counted(
    index, sql, world, tokens, asked, freshing, seed
):
    dice = random.Random(seed)
    for _ in range(6):
        for _ in range(dice.randint(1, 6)):
            change(dice, index, world, tokens, freshing)
        assert differences(index, sql, dice.sample(asked, 12)) == []
    assert differences(index, sql, asked) == []
    build.build()
    assert differences(index, sql, asked) == []


def test_groups_and_every_panel_are_as_the_database_counts_them(index, sql, world, viewers):
    viewer = viewers["ada"]
    groups = (
        Value("skill", "PYTHON"),
        Members([member.pk for member in world[:25]]),
        Known("in_ats", viewer.tokens),
    )
    for words in (*groups, Not(groups[1]), And((Prefix("p"), Not(groups[0])))):
        for chosen in ({}, {"title": ("pilot",)}, {"title": ("Pilot",), "skill": ("law", "x")}):
            query = MemberQuery(
                viewer=viewer, words=words, tallies=groups, count=100, panels=FACETS, **chosen
            )
            assert differences(index, sql, [query]) == []
            assert index.search(query).tallies == sql.search(query).tallies


def test_a_fact_counts_at_the_next_search(index, world, tokens, viewers):
    question = MemberQuery(viewer=viewers["bo"])
    before = index.search(question).spotlight_counts["past_applicants"]
    stranger = (
        Member.objects.filter(document__isnull=False).exclude(footprints__token=tokens[0]).first()
    )
    set_fact(tokens[0], stranger, past_applicant=True)
    assert index.search(question).spotlight_counts["past_applicants"] == before + 1


@pytest.mark.parametrize("first", [1, 16, 20])
def test_a_panel_is_exact_though_each_shard_names_only_some_values(
    index, sql, monkeypatch, viewers, first
):
    """Two hundred skills, a few members each: the first lists leave many in doubt."""
    monkeypatch.setattr(counting, "FIRST", first)
    monkeypatch.setattr(counting, "LONGER", 2)
    dice = random.Random(first)
    weights = [1 / (each + 5) for each in range(200)]
    held = [set(dice.choices(range(200), weights, k=6)) for _ in range(120)]
    members = [factories.MemberFactory(skills=[f"skill {n}" for n in some]) for some in held]
    index.put([member.pk for member in members])
    for chosen in ((), ("skill 3", "skill 190"), ("skill 7",)):
        query = MemberQuery(viewer=viewers["ada"], panels=("skill", "location"), skill=chosen)
        assert differences(index, sql, [query]) == []


def test_phrases_go_by_the_positions_of_the_database(index, sql, viewers):
    far = " ".join(f"w{n}" for n in range(17_000))  # positions end at 16,383
    texts = (
        "one two, three . four",
        "a-b c/d e|f it's o'brien \\ back\\slash 'quoted'",
        "x@y.example http://example.com/a/b?c=d 12.5 -7 1e5 /usr/lib",
        "\x1e \x1f \x1d one\x1ftwo",
        far,
    )
    for text in texts:
        index.put([factories.MemberFactory(summary=text, headline="").pk])
    phrases = [
        "one two", "two three", "three four", "one three", "two one", "a-b c", "b c d", "o'brien",
        "back slash", "slash quoted", "example.com a", "x@y.example http", "12.5 7", "usr lib",
        "w1 w2 w3", "w1 w3", "w16000 w16001", "w16381 w16382", "w16382 w16990", "w16990 w16991",
    ]  # fmt: skip
    asked = [MemberQuery(viewer=viewers["ada"], words=Phrase(text)) for text in phrases]
    asked += [MemberQuery(viewer=viewers["ada"], words=Prefix(text[:5])) for text in phrases]
    assert differences(index, sql, asked) == []
    assert sum(bool(index.search(query).total) for query in asked) > 20


def test_what_is_typed_suggests_values_with_counts(index, sql, world, viewers):
    ada = viewers["ada"]
    few = Viewer(ada.company_id, ada.tokens, tuple(member.pk for member in world[:20]))
    index.search(MemberQuery(viewer=ada))
    for viewer in (ada, few):
        for kind, text in (("title", "acc"), ("skill", "we"), ("skill", "w x"), ("school", "!")):
            assert index.suggest(viewer, kind, text) == sql.suggest(viewer, kind, text)


def test_the_command_builds_aside_and_swaps(index, world, settings, viewers):
    settings.SEARCH_ENGINE = "opensearch"
    before = build.mark().index
    said = io.StringIO()
    call_command("build_search_index", stdout=said)
    assert f"{Member.objects.filter(document__isnull=False).count()} members in" in said.getvalue()
    assert build.mark().index != before
    assert list(cluster().ask("GET", "/rsc-test/_alias")) == [build.mark().index]
    build.build()
    assert before not in cluster().ask("GET", "/rsc-test-v*/_alias")  # nobody searches it any more
    assert index.search(MemberQuery(viewer=viewers["ada"])).notice == ""


def test_the_clock_recounts_repairs_and_sweeps(settings, index, world):
    settings.SEARCH_ENGINE = "opensearch"
    assert care.look_after().differences == []
    now = build.mark()
    cluster().ask("DELETE", f"/{now.index}/_doc/{world_member()}", refresh="true")
    check = care.look_after()
    assert check.rebuilt
    assert check.differences
    assert build.mark().index != now.index
    assert care.look_after().differences == []
    assert IndexCheck.objects.count() == 3
    care.forget_erased()
    assert list(cluster().ask("GET", "/rsc-test-v*/_alias")) == [build.mark().index]


def world_member():
    """Somebody of whom every question of the recount would miss a place in the total."""
    return Member.objects.filter(document__isnull=False).latest("pk").pk


def test_too_many_changes_for_a_search_are_said(index, world, monkeypatch, viewers):
    monkeypatch.setattr("recruiter.search.opensearch.engine.MOST_WAITING", 5)
    question = MemberQuery(viewer=viewers["ada"])
    Member.objects.update(headline="all anew")
    index.put([member.pk for member in world])
    assert "members changed a moment ago" in index.search(question).notice
    build.catch_up()
    page = index.search(MemberQuery(viewer=viewers["ada"], text="anew"))
    assert (page.notice, page.total) == ("", index.search(question).total)


@pytest.mark.parametrize(
    ("setting", "notice"),
    [
        ({"SEARCH_ALIAS": "rsc-none"}, "is not built yet"),
        ({"SEARCH_NODES": ["http://127.0.0.1:9"]}, "The search cluster does not answer."),
    ],
)
def test_without_an_index_the_database_answers(
    index, sql, world, viewers, settings, setting, notice
):
    for name, value in setting.items():
        setattr(settings, name, value)
    question = MemberQuery(viewer=viewers["ada"], count=100)
    page = index.search(question)
    assert notice in page.notice
    assert page.member_ids == sql.search(question).member_ids
    assert not index.ready()


class Load(threading.Thread):
    """Builds the index again and again until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()
        self.built: list[int] = []
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.built.append(build.build()["members"])
        except Exception as problem:  # noqa: BLE001 - it is told in the test's own thread
            self.problem = problem
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_node_is_killed_during_a_load_and_searches_go_on(cluster_index):
    call_command("generate_members", "1500", seed=3)
    cluster_index.rebuild()
    query = MemberQuery(viewer=Viewer(company_id=0), words=Prefix("m"))
    truth = search.engine("sql").search(query)
    wait_for(3, "green")
    load = Load()
    load.start()
    try:
        before = answers_for(cluster_index, query, 5)
        NODES[2].kill()
        after = answers_for(cluster_index, query, 15)
    finally:
        load.over.set()
        load.join()
        NODES[2].start()
    assert load.problem is None
    assert set(load.built) == {MemberDocument.objects.count()}
    assert len(before) > 1
    assert len(after) > 5
    assert truth.total > 100
    for page in (*before, *after):
        assert page == truth
    wait_for(3, "green")


def answers_for(index, query, seconds):
    """The answers to a question that is asked again and again for so long."""
    began, pages = time.monotonic(), []
    while time.monotonic() - began < seconds:
        pages.append(index.search(query))
    return pages
