"""The `opensearch` engine where there is no cluster, and its proof of a panel: no node needed."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from recruiter import search
from recruiter.search import MemberQuery
from recruiter.search.opensearch.counting import proven


@pytest.fixture
def index(db, settings):
    """The engine, with two addresses at which nobody answers."""
    settings.SEARCH_ENGINE = "opensearch"
    settings.SEARCH_NODES = ["http://127.0.0.1:9", "http://127.0.0.1:10"]
    return search.index()


def test_the_database_answers_and_the_page_says_so(index, world, viewers):
    question = MemberQuery(viewer=viewers["ada"], text="pilot", count=100)
    page, truth = index.search(question), search.engine("sql").search(question)
    assert page.notice.startswith("The search cluster does not answer. The database answers")
    assert (page.member_ids, page.facets) == (truth.member_ids, truth.facets)
    assert [line.label for line in index.suggest(viewers["ada"], "title", "pil")] == ["Pilot"]
    assert not index.ready()


def test_a_build_without_a_cluster_says_why(index):
    with pytest.raises(CommandError, match="did not take the index: ConnectError at a node"):
        call_command("build_search_index")


def terms(counts, *, errors=None, unheard=0, others=0):
    """What a cluster answers of a panel."""
    return {
        "doc_count_error_upper_bound": unheard,
        "sum_other_doc_count": others,
        "buckets": [
            {"key": f"{n:03}", "doc_count": count, "doc_count_error_upper_bound": error}
            for n, (count, error) in enumerate(
                zip(counts, errors or [0] * len(counts), strict=True)
            )
        ],
    }


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        (terms([9, 8]), True),  # all shards named all they have
        (terms([9, 8], unheard=1), False),  # others may belong to the first fifteen
        (terms([20] * 15 + [3], unheard=10), True),
        (terms([20] * 15 + [3], unheard=20), False),  # one that nobody named may have as many
        (terms([20] * 15 + [3], unheard=10, others=99), True),  # 3 + 10 at most
        (terms([20] * 15 + [12], unheard=10, others=99), False),
        (terms([20] * 15 + [12], errors=[0] * 15 + [8], unheard=9), False),
        (terms([20] * 15 + [12], errors=[0] * 15 + [7], unheard=9), True),
        (terms([20] * 15 + [3], errors=[1] + [0] * 15, unheard=9), False),  # a shown count
    ],
)
def test_a_panel_is_taken_when_no_doubt_can_change_it(answer, holds):
    assert (proven(answer) is not None) is holds
