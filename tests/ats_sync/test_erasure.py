"""Erasure leaves no trace: a person's every value is looked for everywhere, by another way."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Failure, OrmQ, Task

from ats_sync import erasure, persons
from ats_sync.models import (
    ApiRequest,
    Application,
    ApplicationNote,
    Candidate,
    Match,
    MemberIdentity,
    RejectedRecord,
)
from recruiter import legal_holds, members
from recruiter.models import (
    Connection,
    Education,
    Enclosure,
    FacetValue,
    InMail,
    Member,
    MemberDocument,
    MemberEmail,
    PeopleImport,
    Position,
    ProfilePdf,
    SavedSearch,
    SearchRun,
)
from recruiter.search.bitmap.build import build
from rsc import traces
from rsc.models import AuditEntry, OutboxEvent
from tests import factories
from tests.ats_sync.a_person import WORD, Filled, models_about_a_person

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = f"{WORD}@mail.test"


def everywhere(word: str) -> list[str]:
    """Where a word stands, in any type of column: the test's own way of looking."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column, kind in cursor.fetchall():
            text = f'"{column}"::text'
            if kind == "bytea":
                text = f"""encode("{column}", 'escape')"""
            query = f'SELECT count(*) FROM "{table}" WHERE {text} ILIKE %s'  # noqa: S608
            cursor.execute(query, [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    packed = [str(task.result) for task in Task.objects.all()]
    packed += [row.payload for row in OrmQ.objects.all()]
    packed += [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    found += [f"packed: {text[:60]}" for text in packed if word in text.lower()]
    for folder in (settings.MEDIA_ROOT, settings.SEARCH_INDEX_DIR):
        found += [
            str(path) for path in folder.rglob("*")
            if (path.is_file() and word.encode() in path.read_bytes().lower()) or word in path.name
        ]  # fmt: skip
    return found


@pytest.fixture
def person(ada, ats, contract, drain):
    """Somebody with a row in every table that can be about a person."""
    user = factories.UserFactory(
        username=WORD, email=ADDRESS, first_name=WORD, last_name=f"{WORD}son"
    )
    project = factories.ProjectFactory(owner=ada, contract=contract)
    job = factories.JobPostingFactory(ats=ats)
    filled = Filled(user, ada, ats, contract, contract.company, project, job,
                    factories.ProjectStageFactory(project=project))  # fmt: skip
    member = filled.of(Member)
    Member.objects.filter(pk=member.pk).update(
        user=user, country_code="DE", closed_at=None, openness="no", source_key=ADDRESS
    )
    other = factories.MemberFactory()
    filled.rows[Connection] = Connection.objects.create(
        member=other, other=member, since=timezone.now()
    )
    for model in models_about_a_person():
        filled.of(model)
    MemberEmail.objects.update(address=ADDRESS, normal_form=ADDRESS)
    Candidate.objects.update(
        email_keys=[ADDRESS], emails=[ADDRESS], phones=[{"number": WORD}], addresses=[]
    )
    for dated in (Position, Education):
        dated.objects.update(started_on="2015-03", ended_on="")
    MemberIdentity.objects.all().delete()
    Match.objects.update(state=Match.State.MANUAL)
    FacetValue.objects.all().delete()
    beside(ada, ats, user, member)
    MemberDocument.objects.all().delete()
    with transaction.atomic():
        members.tell_changed([member.pk, other.pk])
    drain()
    build()
    return Member.objects.get(pk=member.pk)


def beside(ada, ats, user, member) -> None:
    """What other people, programs and libraries keep, without naming the person's row."""
    message = InMail.objects.first()
    message.enclosures.add(
        Enclosure.objects.create(
            seat=ada, file=ContentFile(f"for {WORD}".encode(), "x"), name=f"{WORD}.txt",
            content_type="text/plain", size=3,
        )
    )  # fmt: skip
    ProfilePdf.objects.create(
        seat=ada, member_ids=[member.pk], expires_at=timezone.now(),
        file=ContentFile(f"pdf of {WORD}".encode(), "x.pdf"),
    )  # fmt: skip
    EmailAddress.objects.create(user=user, email=ADDRESS)
    session = Session(session_key=WORD, expire_date=timezone.now())
    session.session_data = Session.objects.encode({"_auth_user_id": str(user.pk), "typed": WORD})
    session.save()
    AccessAttempt.objects.create(username=ADDRESS, failures_since_start=1)
    for kind, row in (("member", member), ("candidate", Candidate.objects.get())):
        LogEntry.objects.create(
            user=ada.user, object_id=row.pk, object_repr=WORD, action_flag=2,
            content_type=ContentType.objects.get(model=kind), change_message=WORD,
        )  # fmt: skip
    # As rows were before the admin kept numbers only.
    LogEntry.objects.update(object_repr=WORD, change_message=WORD)
    OutboxEvent.objects.create(
        topic="x", key="1", available_at=timezone.now(), shelved_at=timezone.now(),
        last_error=f"Key ({ADDRESS}) exists",
    )  # fmt: skip
    Failure.objects.create(
        id="f", name="f", func="f", result=f"no {ADDRESS}", success=False,
        started=timezone.now(), stopped=timezone.now(),
    )  # fmt: skip
    external = Application.objects.get().external_id
    RejectedRecord.objects.create(
        ats=ats, resource="atsApplications", record_id=f"(id:{external})", reason="no", status=400,
        request_uuid="00000000-0000-0000-0000-000000000001", at=timezone.now(), sealed=WORD,
    )  # fmt: skip
    ApiRequest.objects.create(
        application=ats.application, at=timezone.now(), surface="v2", resource="x", method="x",
        status=400, took_ms=1, record_ids=[external], errors=[{"id": external, "message": WORD}],
    )  # fmt: skip
    ApplicationNote.objects.filter(application=None).delete()
    PeopleImport.objects.update(text=f"name;email\n{WORD};{ADDRESS}\nOther;o@mail.test\n")
    for searches in (SearchRun, SavedSearch):
        extra = {"at": timezone.now()} if searches is SearchRun else {"name": "mine"}
        searches.objects.create(seat=ada, query=f"keywords={WORD}%40mail.test", **extra)


def test_nothing_of_an_erased_person_is_left_anywhere(person, root, drain, caplog):
    before = everywhere(WORD)
    tables = {place.partition(".")[0] for place in before}
    for table in ("recruiter_member", "recruiter_inmail", "recruiter_recruiternote",
                  "ats_sync_candidate", "ats_sync_applicationnote", "ats_sync_interviewfeedback",
                  "recruiter_facetvalue", "recruiter_memberdocument", "recruiter_searchrun",
                  "account_emailaddress", "axes_accessattempt", "django_admin_log",
                  "ats_sync_rejectedrecord", "ats_sync_apirequest", "rsc_outboxevent"):  # fmt: skip
        assert table in tables
    receipt = erasure.erase(persons.find(ADDRESS), actor=root, look=True)
    drain()
    erasure.clean_index()
    drain()
    left = everywhere(WORD)
    assert left == [], "\n".join(left)
    assert WORD not in caplog.text
    assert receipt.traces == {}
    receipt.refresh_from_db()
    assert receipt.index_clean_at
    assert receipt.counts["recruiter.InMail"]["rows"] >= 1
    assert receipt.digest == erasure.digest_of(receipt)
    assert AuditEntry.objects.filter(verb="person.erased", actor=root).exists()
    assert PeopleImport.objects.get().text == "name;email\n\nOther;o@mail.test\n"


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("kind", ["member", "candidate", "company"])
def test_a_legal_hold_forbids_it_until_it_is_lifted(kind, mae, ats, root):
    candidate = factories.CandidateFactory(ats=ats, email_keys=["mnorris@gmail.com"])
    held = {"member": mae.pk, "candidate": candidate.pk, "company": ats.company_id}[kind]
    hold = legal_holds.place(kind, held, "case 7", actor=root)
    with pytest.raises(legal_holds.HeldByLaw):
        erasure.erase(persons.find("MNorris@gmail.com"), actor=root)
    assert Member.objects.get(pk=mae.pk).first_name == "Mae"
    legal_holds.lift(hold, actor=root)
    erasure.erase(persons.find("mnorris@gmail.com"), actor=root)
    assert not Candidate.objects.exists()
    assert Member.objects.get(pk=mae.pk).first_name != "Mae"


@pytest.mark.django_db(transaction=False)
def test_a_member_who_leaves_during_a_hold_is_hidden_and_goes_when_it_ends(mae, root):
    hold = legal_holds.place("member", mae.pk, "case 7", actor=root)
    members.close_account(mae)
    kept = Member.objects.get(pk=mae.pk)
    assert (kept.first_name, kept.closed_at, kept.hidden_from_recruiters) == ("Mae", None, True)
    assert members.close_waiting() == 0
    legal_holds.lift(hold, actor=root)
    assert members.close_waiting() == 1
    assert Member.objects.get(pk=mae.pk).closed_at


@pytest.mark.django_db(transaction=False)
def test_who_has_a_seat_is_not_erased_from_under_their_colleagues(ada, root):
    with pytest.raises(erasure.WorksHere):
        erasure.erase(persons.find(ada.user.email), actor=root)
    with pytest.raises(erasure.NobodyFound):
        erasure.erase(persons.find("nobody@nowhere.test"), actor=root)


@pytest.mark.django_db(transaction=False)
def test_traces_name_the_column_in_which_others_wrote_of_somebody(ada):
    project = factories.ProjectFactory(owner=ada, description="Ask Zebulonia%Quartermain first")
    assert traces.in_tables(["zebulonia%quartermain"]) == {"recruiter_project.description": 1}
    assert traces.in_tables(["Zebu", ""]) == {}
    assert project.pk
