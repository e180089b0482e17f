"""Preview as a seat: every page with a seat is there, none changes anything, some words stay hid.

The addresses are those of the stranger test, so a new page is tried here too.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from recruiter import notes, reminders
from recruiter.models import Activity, Conversation, InMail, PeopleImport, RecruiterNote, SearchRun
from rsc import preview
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.house import test_strangers as strangers
from tests.house.test_strangers import world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HELD_BACK = "Heldback"
WITHOUT = {"ats:setup"}  # for somebody who has no account here
WITH_A_SEAT = [
    name
    for name in sorted({*strangers.OPEN_TO_ALL_SEATS, *strangers.OBJECTS})
    if name.startswith(("recruiter:", "ats:")) and name not in WITHOUT
]


@pytest.fixture
def looking(root, browse, ada):
    """The operator's client, looking through Ada's seat."""
    client = browse(root)
    begun = client.post(f"/admin/preview/{ada.pk}/")
    assert (begun.status_code, begun["Location"]) == (302, "/talent/")
    return client


def state() -> tuple[int, ...]:
    """What looking could change."""
    return (
        Activity.objects.count(),
        SearchRun.objects.count(),
        InMail.objects.filter(read_at=None).count(),
        Conversation.objects.count(),
        RecruiterNote.objects.filter(deleted_at=None).count(),
    )


def test_every_page_with_a_seat_stands_where_the_preview_rules():
    paths = strangers.pages()
    for name in WITH_A_SEAT:
        assert f"/{paths[name]}".startswith(preview.PLACES), name


def test_no_page_can_be_posted_to(world, looking):  # noqa: F811
    before = state()
    for name in WITH_A_SEAT:
        response = looking.post(strangers.address(name, world), {"person": "x"})
        assert response.status_code == 403, name
        assert "Nothing was changed" in response.content.decode(), name
    part = looking.post("/talent/projects/", {"name": "Not mine"}, headers={"hx-request": "true"})
    assert part["HX-Refresh"] == "true"
    page = looking.get("/talent/projects/").content.decode()
    assert "Nothing was changed: a preview only reads." in page
    assert "Not mine" not in page
    for method in (looking.put, looking.patch, looking.delete):
        assert method("/talent/projects/").status_code == 403
    assert state() == before


def test_looking_at_every_page_leaves_no_trace_and_shows_no_kept_words(
    world, looking, ada, mae  # noqa: F811
):  # fmt: skip
    private = notes.add(ada, mae, f"{HELD_BACK} remark", visibility="private")
    reminders.remind(ada, [mae], due_on=private.created_at.date(), text=f"{HELD_BACK} reminder")
    InMail.objects.update(body=f"{HELD_BACK} words", from_member=True)
    world["note"] = {"pk": private.pk}
    PeopleImport.objects.update(text=f"{HELD_BACK}@people.test".lower())
    before, statuses = state(), {}
    for name in WITH_A_SEAT:
        response = looking.get(strangers.address(name, world))
        statuses[name] = response.status_code
        assert response.status_code < 500, name
        if not response.streaming:
            assert HELD_BACK not in response.content.decode(), name
        assert "no-store" in response["Cache-Control"], name
    looking.get("/talent/profile/{public_id}/?tab=messages".format(**world["member"]))
    looking.get("/talent/search/?q=Topsecret")
    assert state() == before
    for name in ("recruiter:project", "recruiter:profile", "recruiter:conversation", "ats:history"):
        assert statuses[name] == 200


def test_the_seat_itself_reads_what_the_preview_holds_back(world, browse, ada, mae):  # noqa: F811
    """Without this the test above would pass on empty pages."""
    notes.add(ada, mae, f"{HELD_BACK} remark", visibility="private")
    InMail.objects.update(body=f"{HELD_BACK} words")
    client = browse(ada)
    for name, words in {"recruiter:profile": "remark", "recruiter:conversation": "words"}.items():
        assert f"{HELD_BACK} {words}" in client.get(strangers.address(name, world)).content.decode()


def test_the_banner_stands_on_pages_and_the_button_ends_it(looking, ada, root):
    page = looking.get("/talent/projects/").content.decode()
    assert "Preview as Ada Recruiter" in page
    assert "End the preview" in page
    ended = looking.post("/admin/preview/stop/")
    assert ended["Location"] == f"/admin/rsc/seat/{ada.pk}/change/"
    assert "You have no seat" in looking.get("/talent/projects/").content.decode()
    verbs = AuditEntry.objects.filter(actor=root).order_by("pk").values_list("verb", "subject")
    urn = str(ada.urn)
    assert list(verbs) == [
        ("preview.started", urn), ("preview.looked", urn), ("preview.stopped", urn),
    ]  # fmt: skip
    looked = AuditEntry.objects.get(verb="preview.looked")
    assert looked.detail == {"page": "recruiter:projects", "about": {}}


def test_the_audit_keeps_ids_and_no_signed_links(world, looking, mae):  # noqa: F811
    looking.get(f"/talent/profile/{mae.public_id}/?tab=messages")
    looking.get(strangers.address("recruiter:review_link", world))
    looking.get("/talent/nowhere/")
    looked = AuditEntry.objects.filter(verb="preview.looked").order_by("pk")
    assert [entry.detail for entry in looked] == [
        {"page": "recruiter:profile", "about": {"public_id": mae.public_id}},
        {"page": "recruiter:review_link", "about": {}},
        {},
    ]


def test_it_ends_after_half_an_hour(looking, monkeypatch):
    late = preview.time.time() + preview.LASTS.total_seconds() + 1
    monkeypatch.setattr(preview.time, "time", lambda: late)
    assert looking.get("/talent/").status_code == 403
    assert AuditEntry.objects.filter(verb="preview.stopped").exists()


def test_it_ends_with_the_right_and_with_the_seat(looking, root, ada):
    Seat.objects.filter(pk=ada.pk).update(state=Seat.State.PARKED)
    assert looking.get("/talent/").status_code == 403
    again = looking.post(f"/admin/preview/{ada.pk}/", follow=True)
    assert "Only an active seat on a contract that runs" in again.content.decode()


def test_only_who_may_change_seats_may_look_through_them(browse, ada, bo, client):
    assert client.post(f"/admin/preview/{ada.pk}/").status_code == 403
    assert browse(bo).post(f"/admin/preview/{ada.pk}/").status_code == 403
    helper = factories.UserFactory(is_staff=True)
    assert browse(helper).post(f"/admin/preview/{ada.pk}/").status_code == 403
    helper.user_permissions.add(Permission.objects.get(codename="change_seat"))
    assert browse(helper).post(f"/admin/preview/{ada.pk}/").status_code == 302
    assert browse(helper).get(f"/admin/preview/{ada.pk}/").status_code == 405


def test_an_administrator_with_a_seat_looks_through_the_other_one(root, ada, cy, browse):
    own = factories.SeatFactory(user=root, contract=cy.contract)
    client = browse(root)
    assert str(own.contract.name) in client.get("/talent/projects/").content.decode()
    client.post(f"/admin/preview/{ada.pk}/")
    factories.ProjectFactory(owner=ada, name="Ada's own", private=True)
    assert "Ada&#x27;s own" in client.get("/talent/projects/").content.decode()
    assert client.get("/admin/").status_code == 200


def test_the_seats_page_offers_it(root, ada, browse):
    page = browse(root).get(f"/admin/rsc/seat/{ada.pk}/change/").content.decode()
    assert f'action="/admin/preview/{ada.pk}/"' in page
