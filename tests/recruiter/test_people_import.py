"""People of a CSV file come into a project; each line has a report."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiter import members, people_import, pipeline, projects, reviews
from recruiter.models import (
    ImportedPerson,
    Member,
    PeopleImport,
    PooledMember,
    Project,
    Prospect,
    Review,
)
from rsc import csv_files
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
COLUMNS = {"first_name": 0, "last_name": 1, "email": 2}


@pytest.fixture
def project(ada) -> Project:
    return projects.create_project(ada, name="Account Managers")


@pytest.fixture
def bring(ada, project):
    """Import a text, the way a form would."""

    def run(text: str | bytes) -> PeopleImport:
        content = text.encode() if isinstance(text, str) else text
        kept = people_import.upload(ada, project, name="people.csv", content=content)
        table = csv_files.read(kept.text)
        return people_import.run(
            ada, kept, columns=table.guess() if table.has_headings else COLUMNS,
            headings=table.has_headings,
        )  # fmt: skip

    return run


def outcomes(kept: PeopleImport) -> list[tuple[int, str]]:
    return list(kept.people.values_list("line", "outcome"))


def upload(client, project: Project, content: bytes, name: str = "people.csv"):
    address = reverse("recruiter:import_people", args=[project.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_a_file_is_uploaded_its_columns_named_and_each_line_told(ada, mae, project, browse):
    client = browse(ada)
    text = "Email;Surname;First name\nmnorris@gmail.com;Norris;Mae\nwho@nowhere.test;Who;Ever\n"
    page = upload(client, project, text.encode())
    assert parts_in_order(
        text_of(page), "Which column holds what?", "people.csv, 3 lines", "Norris"
    )
    initial = page.context["form"].initial or {
        name: field.initial for name, field in page.context["form"].fields.items()
    }
    assert initial == {"headings": True, "first_name": 2, "last_name": 1, "email": 0}
    report = client.post(page.redirect_chain[-1][0], {**initial, "headings": "on"}, follow=True)
    assert parts_in_order(
        text_of(report),
        "All 2", "Found and saved 1", "Not found 1",
        "Line 2", "Mae Norris", "Found and saved.",
        "Line 3", "Ever Who", "Not found.", "has verified this address",
    )  # fmt: skip
    assert project.prospects.get().member == mae
    assert PeopleImport.objects.get().text == ""


def test_the_same_person_twice_is_one_prospect(mae, project, bring):
    kept = bring("Mae,Norris,MNorris@GMail.com\nM.,Norris,m.norris@gmail.com\n")
    assert outcomes(kept) == [(1, "saved"), (2, "there")]
    assert kept.people.last().reason == "The same person as in line 1."
    assert outcomes(bring("Mae,Norris,mnorris@gmail.com\n")) == [(1, "there")]
    assert project.prospects.count() == 1


def test_bad_rows_are_named_by_line_and_sink_nobody(mae, project, bring):
    kept = bring(
        'first name,last name,email\n"A\nB",C,not an address\n,,\nMae,,\nMae,N,mnorris@gmail.com'
    )
    assert outcomes(kept) == [(3, "bad"), (5, "bad"), (6, "saved")]
    reasons = list(kept.people.values_list("reason", flat=True))
    assert reasons[:2] == ["This is no e-mail address.", "No address and no full name."]


def test_a_name_alone_is_offered_for_a_person_to_decide(ada, mae, project, bring, browse):
    twin = factories.MemberFactory(first_name="Mae", last_name="Norris", headline="Pilot")
    kept = bring("first,last,email\nMAE,norris,\n")
    assert outcomes(kept) == [(2, "several")]
    line = kept.people.get()
    client = browse(ada)
    report = text_of(client.get(reverse("recruiter:people_import", args=[kept.pk])))
    assert parts_in_order(report, "Only the name fits.", "Norris, Account", "Norris, Pilot")
    address = reverse("recruiter:settle_imported", args=[line.pk])
    other = factories.MemberFactory()
    assert client.post(address, {"member": other.public_id}).status_code == 404
    client.post(address, {"member": twin.public_id})
    assert project.prospects.get().member == twin
    assert outcomes(kept) == [(2, "saved")]


def test_who_hides_or_has_not_verified_the_address_is_not_found(mae, project, bring):
    Member.objects.update(hidden_from_recruiters=True)
    assert outcomes(bring("Mae,Norris,mnorris@gmail.com\n")) == [(1, "unknown")]
    Member.objects.update(hidden_from_recruiters=False)
    mae.emails.update(verified_at=None)
    assert outcomes(bring("X,Y,mnorris@gmail.com\n")) == [(1, "unknown")]
    assert not project.prospects.exists()


@pytest.mark.parametrize(
    "content",
    [
        "Zoë,Müller,zoe@people.test".encode(),
        "\ufeffZoë,Müller,zoe@people.test".encode(),
        "Zoë,Müller,zoe@people.test".encode("latin-1"),
        "Zoë\tMüller\tzoe@people.test".encode("utf-16"),
        "Zoë;Müller;zoe@people.test\r\n".encode(),
        '"Zoë"\t"Müller"\tzoe@people.test\r'.encode(),
    ],
)
def test_usual_encodings_and_separators_are_read(content, bring):
    person = bring(content).people.get()
    assert (person.first_name, person.last_name) == ("Zoë", "Müller")
    assert person.email == "zoe@people.test"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b" \n", "The file is empty."),
        (b",,,\n , ,", "The file is empty."),
        (b"PK\x03\x04\x00\x00", "This is no CSV file."),
        (b"a,b,c\n" * 1_002, "The file has more than 1000 lines."),
        (b"x" * 1_000_001, "The file is larger than 1 MB."),
        (b"x" * 200_000, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content, words, ada, project, browse):
    assert words in text_of(upload(browse(ada), project, content))
    assert not PeopleImport.objects.exists()


def test_each_column_holds_one_thing(ada, project, browse):
    client = browse(ada)
    page = upload(client, project, b"Mae,Norris,mnorris@gmail.com")
    here = page.redirect_chain[-1][0]
    twice = client.post(here, {"first_name": "0", "last_name": "0", "email": "2"})
    assert "Each column can hold one thing only." in text_of(twice)
    nothing = client.post(here, {"first_name": "0"})
    assert "Name the column of the address" in text_of(nothing)


def test_who_was_not_found_is_invited_or_forgotten(ada, project, bring, browse, drain, settings):
    kept = bring("Zoe,Miller,zoe@people.test\nYan,Miller,yan@people.test\n")
    zoe = kept.people.first()
    client = browse(ada)
    page = reverse("recruiter:people_import", args=[kept.pk])
    address = reverse("recruiter:settle_imported", args=[zoe.pk])
    assert "Who was not found cannot be invited" in text_of(client.get(page))
    client.post(address, {"do": "invite"})
    settings.ACCOUNTS_OPEN = True
    for _ in range(2):
        client.post(address, {"do": "invite"})
    drain()
    assert [letter.to for letter in mail.outbox] == [["zoe@people.test"]]
    client.post(reverse("recruiter:drop_unknown", args=[kept.pk]))
    assert outcomes(kept) == [(1, "invited"), (2, "dropped")]
    assert not ImportedPerson.objects.filter(email="yan@people.test").exists()


@pytest.mark.parametrize(("who", "status"), [("bo", 200), ("hal", 403), ("di", 404), ("cy", 404)])
def test_those_who_work_in_the_project_read_its_files(who, status, request, bring, browse):
    kept = bring("Zoe,Miller,zoe@people.test\n")
    client = browse(request.getfixturevalue(who))
    assert client.get(reverse("recruiter:people_import", args=[kept.pk])).status_code == status
    address = reverse("recruiter:settle_imported", args=[kept.people.get().pk])
    client.post(address, {"do": "drop"})
    assert kept.people.get().outcome == ("dropped" if status == 200 else "unknown")


def test_two_hundred_lines_cost_as_many_queries_as_two(bring, ada, browse):
    def queries(count: int) -> int:
        for _ in range(count):
            factories.MemberEmailFactory()
        emails = Member.objects.order_by("-pk")[:count].values_list("emails__address", flat=True)
        text = "".join(f"A,B,{address}\n" for address in emails)
        with CaptureQueriesContext(connection) as captured:
            kept = bring(text)
        assert kept.people.filter(outcome="saved").count() == count
        page = reverse("recruiter:people_import", args=[kept.pk])
        with CaptureQueriesContext(connection) as shown:
            browse(ada).get(page)
        return len(captured), len(shown)

    queries(2)
    assert queries(200) == queries(2)


def test_a_line_brings_nobody_back_who_stands_elsewhere(ada, mae, project, bring):
    pipeline.save(ada, [mae], project=project)
    pipeline.move(ada, [mae], stage=project.stages.get(name="Replied"))
    bring("Mae,Norris,mnorris@gmail.com\n")
    assert project.prospects.get().stage.name == "Replied"


def test_who_closes_the_account_leaves_pools_reviews_and_files(ada, hal, mae, project, bring):
    bring("Mae,Norris,mnorris@gmail.com\n")
    reviews.ask(ada, [mae], reviewer=hal)
    pipeline.pool(ada, [mae], project=projects.create_project(ada, name="Another"))
    members.close_account(mae)
    for left in (ImportedPerson, PooledMember, Review, Prospect):
        assert not left.objects.exists()
