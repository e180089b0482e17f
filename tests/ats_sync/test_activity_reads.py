"""What recruiters did, read by the ATS of a contract that opened it (CF-160 to 168)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ats_sync.models import Ats, Integration
from recruiter import contact_sharing, inmail, notes
from recruiter.models import ContactShare, InMail, RecruiterNote
from rsc.models import Seat
from tests import factories
from tests.ats_sync.wire_client import TWO, elements, get, open_activity

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def reader(ats, contract) -> Ats:
    return open_activity(ats, contract)


def paths(seat: Seat) -> dict[str, str]:
    contract = seat.contract.urn
    return {
        "seats": f"/v2/seats?q=seatsByAttributes&contracts={contract}",
        "seatsV2": f"/v2/seatsV2?q=attributes&contracts={contract}&start=0",
        "conversationEvents": f"/v2/conversationEvents?q=criteria&viewer={seat.urn}",
        "mailStubs": f"/v2/mailStubs?q=contract&contract={contract}",
        "prospectNotes": f"/v2/prospectNotes?q=criteria&contract={contract}",
    }


READS = ["seats", "seatsV2", "conversationEvents", "mailStubs", "prospectNotes"]


# --------------------------------------------------------------------------------------- rights
@pytest.mark.parametrize("resource", READS)
def test_company_level_features_do_not_open_a_contract(ats, ada, resource):
    answer = get(ats, paths(ada)[resource])
    assert answer.status_code == 403
    assert "CSA_API" in answer.json()["message"]


@pytest.mark.parametrize("resource", READS)
def test_an_open_contract_opens_no_other_one(reader, di, cy, resource):
    for stranger in (di, cy):
        assert get(reader, paths(stranger)[resource]).status_code == 403


@pytest.mark.parametrize("resource", READS)
def test_a_contract_that_is_switched_off_is_closed(reader, ada, resource):
    Integration.objects.filter(integration_type="CSA_API").update(status="DISABLED")
    assert get(reader, paths(ada)[resource]).status_code == 403


@pytest.mark.parametrize("resource", READS)
def test_another_application_of_the_company_needs_its_own_switch(reader, ada, resource):
    other = factories.AtsFactory(company=reader.company)
    assert get(other, paths(ada)[resource]).status_code == 403


def test_a_seat_that_does_not_exist_sounds_like_one_that_is_closed(reader, di):
    said = []
    for seat in (str(di.urn), "urn:li:seat:999999"):
        answer = get(reader, f"/v2/conversationEvents?q=criteria&viewer={seat}")
        said.append(answer.json()["message"].replace(seat, "that seat"))
    assert said[0] == said[1]


@pytest.mark.parametrize("resource", READS)
def test_reading_many_costs_as_many_statements_as_reading_one(
    reader, ada, resource, django_assert_max_num_queries
):
    members = [factories.MemberFactory() for _ in range(12)]
    for member in members:
        factories.PositionFactory(member=member)
        factories.MemberEmailFactory(member=member)
        factories.SeatFactory(contract=ada.contract)
        notes.add(ada, member, "Good")
        thread = inmail.send(ada, member, subject="Hello", body="Hi")
        inmail.reply(member, thread, "Gladly.")
        contact_sharing.share(member, thread)
    counts = []
    for count in (1, 12):
        with CaptureQueriesContext(connection) as captured:
            path = paths(ada)[resource].replace("&start=0", "")
            assert len(elements(reader, f"{path}&start=0&count={count}")) == count
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------------------------------- seats
def test_seats_as_in_the_published_collection(reader, ada, bo):
    Seat.objects.filter(pk=bo.pk).update(state=Seat.State.PARKED)
    path = paths(ada)["seats"]
    found = get(reader, f"{path}&fields=id&active=true&count=100&start=0").json()
    assert found["elements"] == [{"id": ada.pk}]
    assert found["paging"] == {"start": 0, "count": 100, "links": []}
    (parked,) = elements(reader, f"{path}&active=false")
    assert parked == {
        "id": bo.pk,
        "firstName": "Bo",
        "lastName": "Colleague",
        "email": "bo@people.test",
        "member": str(bo.user.urn),
        "contractId": bo.contract_id,
        "active": False,
        "admin": False,
    }
    assert get(reader, f"{path}&active=perhaps").status_code == 400


def test_seats_v2_need_a_start_and_know_states(reader, ada, bo):
    Seat.objects.filter(pk=ada.pk).update(role=Seat.Role.ADMINISTRATOR)
    Seat.objects.filter(pk=bo.pk).update(state=Seat.State.INVITED)
    path = f"/v2/seatsV2?q=attributes&contracts={ada.contract.urn}"
    assert get(reader, path).status_code == 400
    (element,) = elements(reader, f"{path}&start=0&states=ACTIVE")
    assert element == {
        "id": ada.pk,
        "contract": str(ada.contract.urn),
        "member": str(ada.user.urn),
        "state": "ACTIVE",
        "seatRoles": ["ADMIN_SEAT", "SOURCER_ADD_PROSPECT"],
        "created": {"time": ms(ada.created_at)},
    }
    assert len(elements(reader, f"{path}&start=0&states=ACTIVE&states=INVITED")) == 2
    assert get(reader, f"{path}&start=0&states=ASLEEP").status_code == 400


def test_seats_v2_on_rest_in_protocol_two(reader, ada):
    contract = str(ada.contract.urn).replace(":", "%3A")
    path = f"/rest/seatsV2?q=attributes&contracts=List({contract})&start=0&count=10"
    (element,) = elements(reader, path, **TWO)
    assert element["seatId"] == ada.pk
    assert set(element["createdAt"]) == {"time"}


def test_pages_link_to_their_neighbours(reader, ada, bo, hal):
    path = paths(ada)["seats"]
    first = get(reader, f"{path}&count=1").json()["paging"]
    (link,) = first["links"]
    assert (link["rel"], link["href"]) == ("next", f"{path}&start=1&count=1")
    seen = [one["id"] for start in range(3) for one in
            elements(reader, f"{path}&count=1&start={start}")]  # fmt: skip
    assert seen == [ada.pk, bo.pk, hal.pk]
    assert get(reader, f"{path}&start=-1").status_code == 400


@pytest.mark.parametrize("contracts", ["", "contracts=", "contracts=urn:li:seat:1", "contracts=7"])
def test_a_contract_must_be_named(reader, contracts):
    assert get(reader, f"/v2/seats?q=seatsByAttributes&{contracts}").status_code == 400


# --------------------------------------------------------------------------------------- InMail
@pytest.fixture
def thread(ada, mae):
    thread = inmail.send(ada, mae, subject="A role", body="Are you interested?")
    inmail.reply(mae, thread, "Yes, tell me more.", interested=True)
    first, second = InMail.objects.order_by("pk")
    InMail.objects.filter(pk=first.pk).update(sent_at=START)
    InMail.objects.filter(pk=second.pk).update(sent_at=START + HOUR)
    return thread


def test_inmail_is_told_with_both_sides_oldest_first(reader, ada, mae, thread):
    asked, answered = elements(reader, paths(ada)["conversationEvents"])
    assert asked == {
        "id": asked["id"],
        "threadUrn": f"urn:li:messagingThread:{thread.pk}",
        "createdAt": ms(START),
        "author": str(ada.urn),
        "recipients": [str(mae.urn)],
        "content": {"mail": {"subject": "A role", "body": {"text": "Are you interested?"}}},
    }
    assert (answered["author"], answered["recipients"]) == (str(mae.urn), [str(ada.urn)])


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (START, START + HOUR, 1),
        (START, START + HOUR + timedelta(milliseconds=1), 2),
        (START + timedelta(milliseconds=1), None, 1),
        (None, START, 0),
        (None, None, 2),
    ],
)
def test_the_window_has_its_start_and_not_its_end(reader, ada, thread, start, end, count):
    path = paths(ada)["conversationEvents"]
    one = "".join(
        f"&timeRange.{name}={ms(at)}" for name, at in (("start", start), ("end", end)) if at
    )
    assert len(elements(reader, path + one)) == count
    parts = [f"{name}:{ms(at)}" for name, at in (("start", start), ("end", end)) if at]
    two = f"&timeRange=({','.join(parts)})" if parts else ""
    assert len(elements(reader, path + two, **TWO)) == count


def test_a_colleagues_inmail_is_not_told(reader, ada, bo, mae, thread):
    assert elements(reader, paths(bo)["conversationEvents"]) == []
    other = inmail.send(bo, mae, subject="Other", body="Hello")
    found = elements(reader, f"{paths(ada)['conversationEvents']}&threadUrn={other.urn}")
    assert found == []
    assert len(elements(reader, f"{paths(bo)['conversationEvents']}&threadUrn={other.urn}")) == 1


@pytest.mark.parametrize(
    "more", ["&timeRange.start=soon", "&timeRange.start=-5", "&timeRange.end=9" + "9" * 20,
             "&timeRange.start=5&timeRange.end=4", "&threadUrn=7", "&timeRange=7"]
)  # fmt: skip
def test_a_malformed_window_is_refused(reader, ada, more):
    assert get(reader, paths(ada)["conversationEvents"] + more).status_code == 400


def test_a_viewer_is_required_and_is_a_seat(reader, contract):
    assert get(reader, "/v2/conversationEvents?q=criteria").status_code == 400
    path = f"/v2/conversationEvents?q=criteria&viewer={contract.urn}"
    assert get(reader, path).status_code == 400


def test_one_seat_can_be_asked_about_twelve_times_a_minute(reader, ada, bo, monkeypatch):
    monkeypatch.setattr("ats_sync.throttles.timezone.now", lambda: START)
    path = paths(ada)["conversationEvents"]
    statuses = [get(reader, path).status_code for _ in range(13)]
    assert statuses == [200] * 12 + [429]
    assert get(reader, paths(bo)["conversationEvents"]).status_code == 200


# --------------------------------------------------------------------------------------- stubs
@pytest.fixture
def share(ada, mae, thread) -> ContactShare:
    inmail.reply(mae, thread, "Gladly.")
    share = contact_sharing.share(mae, thread)
    ContactShare.objects.update(shared_at=START)
    return share


def test_a_stub_has_contact_details_as_texts(reader, ada, mae, share):
    (element,) = elements(reader, paths(ada)["mailStubs"])
    assert element["emailAddress"] == "mnorris@gmail.com"
    assert (element["owner"], element["member"]) == (str(ada.urn), str(mae.urn))
    assert (element["created"], element["currentEmployerNames"]) == (ms(START), ["Freshing"])
    assert "phoneNumber" not in element


def test_without_an_agreement_there_is_no_stub(reader, ada, mae, thread):
    assert elements(reader, paths(ada)["mailStubs"]) == []


def test_an_agreement_that_was_withdrawn_gives_nothing_any_more(reader, ada, mae, share):
    assert contact_sharing.withdraw(mae, reader.company)
    assert elements(reader, paths(ada)["mailStubs"]) == []
    assert ContactShare.objects.get().email == ""


def test_stubs_belong_to_the_contract_and_to_their_owners(reader, ada, bo, di, share):
    open_activity(reader, di.contract)
    assert elements(reader, paths(di)["mailStubs"]) == []
    path = paths(ada)["mailStubs"]
    assert elements(reader, f"{path}&owners={bo.urn}") == []
    assert len(elements(reader, f"{path}&owners={bo.urn}&owners={ada.urn}")) == 1


def test_stub_dates_have_their_start_and_not_their_end(reader, ada, share):
    path, at = paths(ada)["mailStubs"], ms(START)
    assert len(elements(reader, f"{path}&createdDateStart={at}&createdDateEnd={at + 1}")) == 1
    assert elements(reader, f"{path}&createdDateStart={at + 1}") == []
    assert elements(reader, f"{path}&createdDateEnd={at}") == []


def test_results_beyond_the_twenty_thousandth_cannot_be_reached(reader, ada):
    path = paths(ada)["mailStubs"]
    assert get(reader, f"{path}&start=20000").status_code == 400
    assert get(reader, f"{path}&start=19999").status_code == 200


def test_stubs_on_rest_in_protocol_two(reader, ada, share):
    contract, seat = (str(urn).replace(":", "%3A") for urn in (ada.contract.urn, ada.urn))
    path = f"/rest/mailStubs?q=contract&contract={contract}&owners=List({seat})&start=0&count=10"
    assert len(elements(reader, path, **TWO)) == 1


# ---------------------------------------------------------------------------------------- notes
@pytest.fixture
def note(ada, mae) -> RecruiterNote:
    note = notes.add(ada, mae, "Speaks Portuguese.")
    RecruiterNote.objects.update(created_at=START, modified_at=START + timedelta(microseconds=700))
    return note


def test_notes_are_told_with_author_and_text(reader, ada, mae, note):
    (element,) = elements(reader, paths(ada)["prospectNotes"])
    assert element == {
        "id": note.pk,
        "active": True,
        "contract": str(ada.contract.urn),
        "owner": str(ada.urn),
        "prospect": str(mae.urn),
        "created": ms(START),
        "lastModified": ms(START),
        "note": "Speaks Portuguese.",
    }


def test_note_dates_leave_out_the_cutoff_and_take_the_end(reader, ada, note):
    path, at = paths(ada)["prospectNotes"], ms(START)
    assert elements(reader, f"{path}&cutoffDate={at}") == []
    assert len(elements(reader, f"{path}&cutoffDate={at - 1}&beforeDate={at}")) == 1
    assert elements(reader, f"{path}&beforeDate={at - 1}") == []


def test_a_deleted_note_is_told_as_inactive_without_its_text(reader, ada, note):
    notes.delete(ada, note)
    (element,) = elements(reader, paths(ada)["prospectNotes"])
    assert element["active"] is False
    assert "note" not in element
    assert element["lastModified"] > ms(START)


def test_a_private_note_is_never_told_not_even_as_deleted(reader, ada, mae):
    private = notes.add(ada, mae, "Mine.", visibility=RecruiterNote.Visibility.PRIVATE)
    assert elements(reader, paths(ada)["prospectNotes"]) == []
    notes.delete(ada, private)
    assert elements(reader, paths(ada)["prospectNotes"]) == []


def test_a_note_that_becomes_private_is_told_as_deleted(reader, ada, note):
    private = RecruiterNote.Visibility.PRIVATE
    notes.edit(ada, note, "Speaks Portuguese, I think.", visibility=private)
    (element,) = elements(reader, paths(ada)["prospectNotes"])
    assert (element["id"], element["active"]) == (note.pk, False)


def test_notes_can_be_asked_by_their_owners(reader, ada, bo, note):
    path = paths(ada)["prospectNotes"]
    assert elements(reader, f"{path}&owners={bo.urn}") == []
    assert len(elements(reader, f"{path}&owners={ada.urn}")) == 1


@pytest.mark.parametrize("resource", ["conversationEvents", "prospectNotes"])
def test_what_has_no_versioned_page_is_served_on_rest_too(reader, ada, note, thread, resource):
    path = paths(ada)[resource].replace("/v2/", "/rest/")
    assert elements(reader, path)
