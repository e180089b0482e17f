"""The world of the search tests: members of all kinds, and three seats with different rights."""

from __future__ import annotations

import random

import pytest

from recruiter import search
from recruiter.models import Connection, VisibilityToken
from recruiter.search import MemberQuery
from recruiter.search.viewer import viewer_of
from tests.engines import WITH_CLUSTER
from tests.search.population import QUESTIONS, TREES, make_member

collect_ignore = [] if WITH_CLUSTER else ["test_opensearch.py"]


@pytest.fixture
def tokens(freshing):
    """Everyone's token of the company, and one that only the holders of an ACL have."""
    everyone = VisibilityToken.objects.create(
        company=freshing, ats_id=1, ats_name="Acme ATS", everyone=True, in_force=True
    )
    board = VisibilityToken.objects.create(
        company=freshing, ats_id=1, ats_name="Acme ATS", acl_id="board", in_force=True
    )
    return everyone, board


@pytest.fixture
def viewers(ada, bo, cy, tokens):
    """Three seats that may see different facts: Ada all, Bo what everyone sees, Cy nothing."""
    tokens[1].holders.create(person_id=ada.user.person_id)
    return {"ada": viewer_of(ada), "bo": viewer_of(bo), "cy": viewer_of(cy)}


@pytest.fixture
def world(freshing, cy, tokens, index):
    """Five dozen members of all kinds, indexed."""
    dice = random.Random(7)
    companies = (freshing, cy.contract.company)
    members = [make_member(dice, companies, tokens) for _ in range(60)]
    for _ in range(40):
        one, other = dice.sample(members, 2)
        Connection.objects.get_or_create(member=one, other=other)
        Connection.objects.get_or_create(member=other, other=one)
    index.put([member.pk for member in members])
    return members


@pytest.fixture
def sql(db):
    return search.engine("sql")


@pytest.fixture
def asked(viewers):
    """Every question of the contract, and some trees, for three seats with different rights."""
    return [
        MemberQuery(viewer=viewer, count=100, **question)
        for viewer in viewers.values()
        for question in (*QUESTIONS.values(), *({"words": tree} for tree in TREES))
    ]


@pytest.fixture
def cluster_index(settings, db):
    """The engine of the cluster, with an index of its own that holds who is there."""
    settings.SEARCH_ALIAS = "rsc-test"
    engine = search.engine("opensearch")
    engine.rebuild()
    return engine
