"""The contract of the search port: what every engine must answer, held against plain Python."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruiter import events, search
from recruiter.models import (
    Connection,
    Member,
)
from recruiter.search import FACETS, MemberQuery, SearchUnavailable, Viewer
from recruiter.search.port import (
    And,
    Field,
    Known,
    Members,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    Word,
)
from recruiter.search.relevance import WordScore, explain
from recruiter.search.viewer import viewer_of
from rsc import outbox
from tests import factories
from tests.engines import EVERY
from tests.search.oracle import Oracle, values
from tests.search.population import QUESTIONS, SKILLS


@pytest.fixture(params=EVERY)
def index(request, settings, db):
    """Each engine in turn; that of a cluster where `make test-opensearch` has one up."""
    settings.SEARCH_ENGINE = request.param
    if request.param == "opensearch":
        return request.getfixturevalue("cluster_index")
    return search.index()


@pytest.mark.parametrize("who", ["ada", "bo", "cy"])
def test_an_engine_answers_as_plain_python_would(index, world, viewers, who):
    oracle = Oracle()
    for name, question in QUESTIONS.items():
        stripped = {k: tuple(v.strip() for v in vs) for k, vs in question.items() if k in FACETS}
        hits, counts, panels = oracle.answer(
            MemberQuery(viewer=viewers[who], **{**question, **stripped})
        )
        asked = MemberQuery(viewer=viewers[who], **question, count=100, panels=FACETS)
        page = index.search(asked)
        assert page.notice == "", name  # no other engine had to answer
        assert set(page.member_ids) == hits, name
        assert len(page.member_ids) == page.total, name
        assert page.spotlight_counts == counts, name
        found = {
            kind: {line.label: line.count for line in lines if line.count}
            for kind, lines in page.facets.items()
        }
        assert found == panels, name


@pytest.mark.parametrize("who", ["ada", "bo", "cy"])
def test_groups_beside_the_words_choose_and_are_counted(index, world, viewers, who):
    viewer, oracle = viewers[who], Oracle()
    python, pilot = Value("skill", " PYTHON"), Value("title", "pilot")
    some = Members([member.pk for member in world[:25]])
    in_ats = Known("in_ats", viewer.tokens)
    groups = {
        python: lambda member: "python" in member.skills,
        pilot: lambda member: "Pilot" in values(member, "title"),
        some: lambda member: member.pk in some.ids,
        in_ats: lambda member: any(
            each.token_id in viewer.tokens for each in member.footprints.all()
        ),
    }
    for node, holds in groups.items():
        for asked, wanted in ((node, True), (Not(node), False)):
            page = index.search(
                MemberQuery(viewer=viewer, words=asked, count=100, tallies=tuple(groups))
            )
            hits = [each for each in oracle.findable if holds(each) == wanted]
            assert set(page.member_ids) == {each.pk for each in hits}
            assert page.tallies == [sum(map(held, hits)) for held in groups.values()]
    both = And((Word("pilot"), Or((python, Not(some))), Not(in_ats)))
    hits = {
        each.pk
        for each in oracle.findable
        if "pilot" in oracle.words[each.pk]
        and (groups[python](each) or not groups[some](each))
        and not groups[in_ats](each)
    }
    assert set(index.search(MemberQuery(viewer=viewer, words=both, count=100)).member_ids) == hits


def test_only_the_panels_asked_for_are_counted(index, world, viewers):
    page = index.search(MemberQuery(viewer=viewers["ada"], panels=("country",), country=("Peru",)))
    assert list(page.facets) == ["country"]
    assert {line.label for line in page.facets["country"]} == {"Germany", "Peru", "United States"}
    assert index.search(MemberQuery(viewer=viewers["ada"], panels=())).facets == {}


def test_who_may_see_less_counts_less(index, world, viewers):
    counts = {
        who: index.search(MemberQuery(viewer=viewer)).spotlight_counts["past_applicants"]
        for who, viewer in viewers.items()
    }
    assert counts["ada"] > counts["bo"] > counts["cy"] == 0


def test_a_page_is_a_slice_of_the_whole(index, world, viewers):
    whole = index.search(MemberQuery(viewer=viewers["ada"], count=100))
    parts = [
        index.search(MemberQuery(viewer=viewers["ada"], start=start, count=7)).member_ids
        for start in range(0, 70, 7)
    ]
    assert [member for part in parts for member in part] == whole.member_ids
    beyond = index.search(MemberQuery(viewer=viewers["ada"], start=500))
    assert (beyond.member_ids, beyond.total) == ([], whole.total)


def test_a_hiring_manager_searches_among_some(index, world, viewers):
    few = Viewer(viewers["ada"].company_id, viewers["ada"].tokens, (world[3].pk, world[4].pk))
    question = MemberQuery(viewer=few)
    hits, counts, _ = Oracle().answer(question)
    page = index.search(question)
    assert (set(page.member_ids), page.spotlight_counts) == (hits, counts)
    none = index.search(MemberQuery(viewer=Viewer(few.company_id, few.tokens, ())))
    assert none.total == 0


def test_chosen_values_stay_listed(index, world, viewers):
    page = index.search(
        MemberQuery(viewer=viewers["ada"], title=("Engineer",), school=("Hogwarts",))
    )
    assert [(line.label, line.count) for line in page.facets["school"] if line.selected] == [
        ("Hogwarts", 0)
    ]
    assert [line.label for line in page.facets["title"] if line.selected] == ["Engineer"]


def find(index, text, **question):
    page = index.search(MemberQuery(viewer=Viewer(company_id=0), text=text, **question))
    assert page.notice == ""
    return page.member_ids


def indexed(index, **facts):
    member = factories.MemberFactory(**{"headline": "", **facts})
    index.put([member.pk])
    return member


def test_where_a_word_stands_decides_before_everything_else(index):
    now = timezone.now()
    rich = {"last_seen_at": now, "industry": "Law", "location": "Lima", "skills": list(SKILLS)}
    summary = indexed(index, summary="a welder", **rich)
    headline = indexed(index, headline="a welder")
    skill = indexed(index, skills=["welder"])
    title = factories.PositionFactory(title="Welder", member__headline="").member
    index.put([title.pk])
    assert find(index, "welder") == [title.pk, headline.pk, skill.pk, summary.pk]


def test_of_equals_the_recent_then_the_complete_come_first(index):
    now = timezone.now()
    never = indexed(index, headline="welder")
    long_ago = indexed(index, headline="welder", last_seen_at=now - timedelta(days=90))
    bare = indexed(index, headline="welder", last_seen_at=now)
    full = indexed(index, headline="welder", last_seen_at=now, industry="Metal", location="Lima")
    assert find(index, "welder") == [full.pk, bare.pk, long_ago.pk, never.pk]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"account manager"', True),
        ('"manager account"', False),
        ("manager account", True),
        ("pilot OR manager", True),
        ("pilot OR nurse", False),
        ("account -manager", False),
        ("ACCOUNT Mänager", True),
        ("accoun", False),
        ("Account / Manager", True),
        ("Account - Manager", True),
        ("c++", True),
        ("c#", False),
        (".net", True),
        ('"manager mae"', False),
        ('"freshing negotiation"', False),
        ("zurich", True),
    ],
)
def test_words_are_read_as_in_web_searches(index, text, found):
    member = indexed(
        index,
        first_name="Mae",
        skills=["C++", ".NET", "Negotiation"],
        location="Zürich",
    )
    factories.PositionFactory(member=member, title="Account Manager", employer="Freshing")
    index.put([member.pk])
    assert (find(index, text) == [member.pk]) is found


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60), label=st.text(max_size=20))
def test_no_text_makes_an_error(index, text, label):
    page = index.search(MemberQuery(viewer=Viewer(company_id=0), text=text, skill=(label,)))
    assert page.total == 0
    hard = text + " \0 \ud800 -- \"' ((( !!! <-> :* & | " + "-" * 50
    index.search(MemberQuery(viewer=Viewer(company_id=0), text=hard))


def test_a_text_without_words_asks_for_nothing(index):
    member = indexed(index)
    assert find(index, " !!! \0 ") == [member.pk]


def test_private_openness_is_never_shown_to_the_members_own_employer(index, ada, cy):
    member = factories.MemberFactory(openness="private", last_seen_at=timezone.now())
    position = factories.PositionFactory(member=member, company=ada.contract.company)
    index.put([member.pk])

    def counts(seat):
        return index.search(MemberQuery(viewer=viewer_of(seat))).spotlight_counts

    assert (counts(ada)["open"], counts(ada)["likely_to_respond"]) == (0, 0)
    assert (counts(cy)["open"], counts(cy)["likely_to_respond"]) == (1, 1)
    position.ended_on = "2026-01"
    position.save()
    index.put([member.pk])
    assert counts(ada)["open"] == 1


@pytest.mark.parametrize("away", [{"hidden_from_recruiters": True}, {"closed_at": timezone.now()}])
def test_hidden_and_closed_members_are_dropped(index, away):
    member = indexed(index, headline="welder")
    Member.objects.filter(pk=member.pk).update(**away)
    index.put([member.pk])
    assert find(index, "welder") == []
    Member.objects.filter(pk=member.pk).update(hidden_from_recruiters=False, closed_at=None)
    index.put([member.pk])
    assert find(index, "welder") == [member.pk]
    index.drop([member.pk])
    assert find(index, "welder") == []


def test_a_job_change_reaches_the_people_who_know_them(index, ada):
    knows, moves = indexed(index), indexed(index)
    for one, other in ((knows, moves), (moves, knows)):
        Connection.objects.create(member=one, other=other)

    def connected():
        question = MemberQuery(viewer=viewer_of(ada), spotlights=("company_connections",))
        return index.search(question).member_ids

    assert connected() == []
    position = factories.PositionFactory(member=moves, company=ada.contract.company)
    index.put([moves.pk])
    assert connected() == [knows.pk]
    Member.objects.filter(pk=moves.pk).update(closed_at=timezone.now())
    index.put([moves.pk])
    assert connected() == []
    Member.objects.filter(pk=moves.pk).update(closed_at=None)
    index.put([moves.pk])
    assert connected() == [knows.pk]
    position.delete()
    index.put([moves.pk])
    assert connected() == []


def test_a_changed_member_is_indexed_by_the_worker(index, drain):
    member = factories.MemberFactory(headline="welder")
    outbox.publish(events.MEMBER_CHANGED, member.pk)
    assert find(index, "welder") == []
    drain()
    assert find(index, "welder") == [member.pk]


def test_a_rebuild_finds_the_same_and_forgets_what_is_gone(index, world, viewers):
    question = MemberQuery(viewer=viewers["ada"], count=100)
    before = index.search(question)
    gone = before.member_ids[0]
    Member.objects.filter(pk=gone).update(closed_at=timezone.now())
    told = []
    assert index.rebuild(told.append) == before.total - 1
    assert sum(told) == len(world)
    assert index.search(question).member_ids == before.member_ids[1:]
    assert index.ready()


def test_an_index_without_the_members_is_not_ready(index):
    assert index.ready()
    member = factories.MemberFactory()
    assert not index.ready()
    index.put([member.pk])
    assert index.ready()


def test_the_cost_of_a_search_does_not_grow(index, world, viewers, django_assert_max_num_queries):
    index.search(MemberQuery(viewer=viewers["ada"]))  # an engine may read things once
    with django_assert_max_num_queries(3):
        index.search(MemberQuery(viewer=viewers["ada"], text="pilot", skill=SKILLS, count=50))


@pytest.mark.django_db(transaction=True)
def test_a_broken_database_says_so(settings, db):
    from django.db import connection

    settings.SEARCH_ENGINE = "sql"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE recruiter_memberdocument RENAME TO away")
    try:
        with pytest.raises(SearchUnavailable):
            search.index().search(MemberQuery(viewer=Viewer(company_id=0)))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO recruiter_memberdocument")


@pytest.mark.parametrize(
    ("node", "found"),
    [
        (And((Word("account"), Not(Word("pilot")))), True),
        (Or((Word("pilot"), Prefix("acc"))), True),
        (Prefix("ccount"), False),
        (Phrase("manager account"), False),
        (Field("title", Word("manager")), True),
        (Field("company", Word("manager")), False),
        (Not(Field("company", Prefix("fresh"))), False),
        (And((Field("skill", Or((Word("law"), Word("negotiation")))), Word("mae"))), True),
        (Or((Word("!!!"), Not(Word("..")))), True),
        (Field("title", Word("!!!")), True),
    ],
)
def test_words_may_be_asked_for_as_a_tree(index, node, found):
    member = indexed(index, first_name="Mae", skills=["Negotiation"])
    factories.PositionFactory(member=member, title="Account Manager", employer="Freshing")
    index.put([member.pk])
    assert (find(index, "", words=node) == [member.pk]) is found


def test_a_score_is_explained_word_by_word(index):
    member = indexed(index, headline="welder of ships", skills=["Ships"], summary="calm")
    query = MemberQuery(viewer=Viewer(company_id=0), text="weld* ships calm OR pilot")
    told = [(each.word, each.points) for each in explain(query, member.pk)]
    assert told == [("weld", 0), ("ships", 4), ("calm", 1), ("pilot", 0)]
    assert explain(query, 0) == [WordScore(word, "", 0) for word, _ in told]
