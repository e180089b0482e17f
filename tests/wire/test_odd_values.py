"""Whatever stands in a field, the record is taken or refused; it is never a fault of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wire.client import APPLICATION, CANDIDATE, JOB_POSTING, SOME_TIME, Vendor

pytestmark = pytest.mark.django_db

ODD = [
    None, True, 0, -1, 1.5, 10**30, 1e308, "", " ", "x" * 70_000, "\x00", "a\u0000b", "%s%(ats)s",
    "{}", "\\", "'; --", "\U0001f600", "\ufeff", [], [None], [[]], {}, {"number": None}, [{}],
    "1773230400000", "NaN", "-0", "9" * 400, ["x" * 300], [{"number": 10**25}], "javascript:x",
    {"firstName": "A", "lastName": ""}, [{"attribute": "x", "result": "y" * 300}], "@", "a@b.c",
]  # fmt: skip
VALUES = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
CHILDREN = {
    "notes": {
        "note": "x",
        "atsCreatedAt": SOME_TIME,
        "author": {"firstName": "Rui", "lastName": "Melo"},
    },
    "stages": {"stage": "New", "atsCreatedAt": SOME_TIME},
    "interviewFeedback": {
        "atsCreatedAt": SOME_TIME,
        "interviewer": {"firstName": "Rui", "lastName": "Melo"},
        "evaluations": [{"attribute": "Depth", "result": "4/5"}],
        "feedback": "Hire",
        "interviewType": "ONSITE",
    },
}
SENDERS = {
    "candidate": (
        CANDIDATE | {"manualMatchedMember": "urn:li:person:x", "middleInitial": "Q"},
        lambda vendor, entity: vendor.put("atsCandidates", "atsCandidateId", {"C": entity}),
    ),
    "application": (
        APPLICATION,
        lambda vendor, entity: vendor.put("atsApplications", "atsJobApplicationId", {"A": entity}),
    ),
    "requisition": (JOB_POSTING, lambda vendor, entity: vendor.submit(entity)),
    **{
        kind: (entity, lambda vendor, sent, kind=kind: vendor.put_child(kind, sent))
        for kind, entity in CHILDREN.items()
    },
}


@pytest.mark.parametrize("kind", SENDERS)
@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_an_odd_value_is_taken_or_refused(ats, kind, data):
    entity, send = SENDERS[kind]
    field = data.draw(st.sampled_from(sorted(entity)))
    sent = entity | {field: data.draw(VALUES)}
    response = send(Vendor(ats), sent)
    assert response.status_code in {200, 400, 403}, json.dumps(sent)[:500]


@pytest.mark.parametrize("kind", SENDERS)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_record_that_is_no_record_is_refused(ats, kind, value):
    if isinstance(value, dict):
        value = [value]
    response = SENDERS[kind][1](Vendor(ats), value)
    assert response.status_code in {200, 400}
    assert "204" not in response.content.decode()
