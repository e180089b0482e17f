"""One bad record harms no neighbour, whoever finds out that it is bad (contract.md 1.10)."""

from __future__ import annotations

import pytest
from django.db import connection

from ats_sync.models import Application, Candidate, EntityAclAssignee, JobPosting
from tests.wire.client import APPLICATION, CANDIDATE, JOB_POSTING, Vendor

pytestmark = pytest.mark.django_db


def forbid(table: str, column: str) -> None:
    """A rule of the database that the code knows nothing of."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Django's own ones would be in the way
        cursor.execute(f"ALTER TABLE {table} ADD CHECK ({column} <> 'Poison')")


@pytest.mark.parametrize("poison", [{"firstName": ""}, {"firstName": "\0"}, {"atsCreatedAt": -1}])
def test_of_a_hundred_records_one_that_is_wrong_leaves_ninety_nine(ats, poison):
    entities = {f"C-{number}": CANDIDATE for number in range(100)}
    answer = Vendor(ats).put(
        "atsCandidates", "atsCandidateId", entities | {"C-50": CANDIDATE | poison}
    )
    assert answer.status_code == 200
    ((key, error),) = answer.json()["errors"].items()
    assert "C-50" in key
    assert error["status"] == 400
    assert error["message"].startswith("/")
    assert Candidate.objects.count() == 99


def test_a_record_that_only_the_database_refuses_harms_no_neighbour(ats):
    forbid("ats_sync_candidate", "last_name")
    entities = {f"C-{number}": CANDIDATE for number in range(10)}
    entities["C-5"] = CANDIDATE | {"lastName": "Poison"}
    answer = Vendor(ats).put("atsCandidates", "atsCandidateId", entities).json()
    ((key, error),) = answer["errors"].items()
    assert "C-5" in key
    assert error == {"status": 400, "message": "/ :: holds a value that cannot be stored"}
    assert len(answer["results"]) == Candidate.objects.count() == 9


def test_so_it_is_with_applications_and_requisitions(ats):
    forbid("ats_sync_application", "last_name")
    forbid("ats_sync_jobposting", "location")
    vendor = Vendor(ats)
    entities = {"A-1": APPLICATION, "A-2": APPLICATION | {"lastName": "Poison"}}
    answer = vendor.put("atsApplications", "atsJobApplicationId", entities).json()
    assert (len(answer["results"]), len(answer["errors"])) == (1, 1)
    assert Application.objects.get().external_id == "A-1"
    odd = JOB_POSTING | {"externalJobPostingId": "REQ-2", "location": "Poison"}
    last = JOB_POSTING | {"externalJobPostingId": "REQ-3"}
    told = vendor.submit(JOB_POSTING, odd, last).json()["elements"]
    assert [one["status"] for one in told] == [202, 400, 202]
    assert set(JobPosting.objects.values_list("external_id", flat=True)) == {"REQ-1", "REQ-3"}


def test_a_person_is_in_ten_acls_at_most(ats, mae):
    def join(*acl_ids: str):
        keys = [
            f"assignee={mae.urn}&atsEntityAclId={one}&atsEntityType=JOB_POSTING"
            f"&integrationContext={ats.company.urn}"
            for one in acl_ids
        ]
        query = "&".join(
            f"ids[{place}].{part}" for place, key in enumerate(keys) for part in key.split("&")
        )
        body = {"entities": {key: {} for key in keys}}
        return Vendor(ats).call("PUT", f"/v2/atsEntityAclAssignees?{query}", body).json()

    assert len(join(*(f"T{number}" for number in range(9)))["results"]) == 9
    told = join("T9", "T10")
    ((_, error),) = told["errors"].items()
    assert error["message"].startswith("/assignee :: is in 10 ACLs already")
    assert not join("T9", "T0")["errors"]  # to be told again is no new one
    assert EntityAclAssignee.objects.count() == 10


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>A &amp; B <b>bold</b></p>", "<p>A &amp; B <b>bold</b></p>"),
        ('<p onclick="x()">A<script>alert(1)</script></p>', "<p>A</p>"),
        ('<a href="javascript:x()">link</a>', "link"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one<li>two</li></li></ul>"),
        ("<h1>Title</h1>1 < 2", "Title1 &lt; 2"),
        ("<b>never closed", "<b>never closed</b>"),
        ("<img src=x onerror=alert(1)>&lt;script&gt;", "&lt;script&gt;"),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>", None),
    ],
)
def test_a_description_keeps_a_few_tags_and_nothing_that_acts(ats, sent, kept):
    Vendor(ats).submit(JOB_POSTING | {"description": sent})
    stored = JobPosting.objects.get().description
    assert "<script" not in stored
    assert "onclick" not in stored
    assert kept is None or stored == kept
