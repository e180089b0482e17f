"""Seats and users of an ATS: suggestions, hands, sign-ins, and those who are left."""

from __future__ import annotations

from urllib.parse import urlencode

from ats_sync import acls, seat_mapping, tasks
from ats_sync.acls import Assignment
from ats_sync.models import AtsPerson, CandidateNote
from tests import factories
from tests.ats_sync.test_admin_activation import admin, page, text  # noqa: F401 - fixtures


def note_by(ats, first_name: str, last_name: str) -> None:
    CandidateNote.objects.create(
        ats=ats,
        external_id=last_name,
        external_candidate_id="1",
        text="x",
        author_first_name=first_name,
        author_last_name=last_name,
        received_at=factories.LONG_AGO,
    )


def test_authors_are_found_and_suggested_but_not_mapped(admin, ats, ada, bo):  # noqa: F811
    note_by(ats, "Ada", "Recruiter")
    note_by(ats, "Zoe", "Elsewhere")
    admin.post(page("find_people", ats))
    admin.post(page("find_people", ats))  # once more changes nothing
    pairs = {str(pair.person): pair.suggested for pair in seat_mapping.without_seat(ats)}
    assert pairs == {"Ada Recruiter": ada.user, "Zoe Elsewhere": None}
    assert seat_mapping.without_ats_user(ats) == [bo.user, ada.user]
    read = text(admin.get(page("people", ats)))
    assert "suggested: Ada Recruiter" in read


def test_an_address_suggests(ats, ada):
    AtsPerson.objects.create(ats=ats, email=ada.user.email.upper())
    assert seat_mapping.without_seat(ats)[0].suggested == ada.user


def test_an_acl_names_the_person_itself(ats, ada):
    known, stranger = ada.user.person_id, "AAAAAAAAAAA"
    acls.upsert_assignees(ats, [Assignment("X", known), Assignment("X", stranger)])
    assert tasks.look_for_ats_people() == 1
    seat_mapping.look_for_people(ats)
    assert ats.people.get(user=ada.user).how == AtsPerson.How.BY_ATS
    assert [str(pair.person) for pair in seat_mapping.without_seat(ats)] == [f"person {stranger}"]


def test_an_administrator_maps_and_undoes(admin, ats, ada, bo, cy):  # noqa: F811
    note_by(ats, "A.", "R.")
    seat_mapping.look_for_people(ats)
    person = ats.people.get()
    stranger = admin.post(page("map_people", ats), {"person": person.pk, "user": cy.user.pk})
    assert stranger.status_code == 404
    admin.post(page("map_people", ats), {"person": person.pk, "user": ada.user.pk})
    assert seat_mapping.without_ats_user(ats) == [bo.user]
    assert "A. R. by hand" in text(admin.get(page("people", ats)))
    admin.post(page("unmap_person", ats), {"person": person.pk})
    assert len(seat_mapping.without_ats_user(ats)) == 2


def test_many_are_mapped_by_the_address_that_they_have_here(admin, ats, ada, bo, cy):  # noqa: F811
    chosen = {"user": [ada.user.pk, bo.user.pk, cy.user.pk]}
    assert "Mapped: 2" in text(admin.post(page("map_people", ats), chosen, follow=True))
    assert seat_mapping.without_ats_user(ats) == []
    assert ats.people.count() == 2


def test_a_sign_in_maps_once(ats, ada):
    seat_mapping.map_by_sign_in(ats, ada.user)
    seat_mapping.map_by_sign_in(ats, ada.user)
    assert ats.people.get().how == AtsPerson.How.SIGNED_IN


def test_who_signs_in_from_the_ats_by_its_own_login_is_mapped(browse, ats, ada, cy):
    ats.application.redirect_uris = "https://ats.test/back"
    ats.application.save()
    asked = {
        "response_type": "code",
        "client_id": ats.application.client_id,
        "redirect_uri": "https://ats.test/back",
    }
    for seat in (cy, ada):
        url = f"/oauth/v2/authorization?{urlencode(asked)}"
        assert browse(seat).post(url, {"allow": "1"}).status_code == 302
    assert ats.people.get().user == ada.user, "a stranger is nobody here"
