"""Notes, tags and reminders: who writes, who reads, who changes, from every side."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recruiter import notes, projects, reminders, tags
from recruiter.models import Activity, Member, MemberTag, RecruiterNote, Reminder, Tag
from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
Visibility = RecruiterNote.Visibility


@pytest.fixture
def read(browse, mae):
    """The words of Mae's page as a seat reads them."""
    return lambda seat, **parameters: text_of(browse(seat).get(mae.get_absolute_url(), parameters))


def dialog(name: str, *members: Member) -> str:
    people = "&".join(f"person={member.public_id}" for member in members)
    return f"{reverse(f'recruiter:{name}')}?{people}"


def write(client, *members: Member, **fields: object):
    people = [member.public_id for member in members]
    note = {"text": "Call in March", "visibility": "contract", **fields}
    data = {"person": people, **{f"note-{name}": value for name, value in note.items()}}
    return client.post(reverse("recruiter:note_people"), data, follow=True)


# ----------------------------------------------------------------------------------------- notes
def test_a_note_is_asked_for_on_a_page_and_in_the_dialog(ada, mae, browse):
    client = browse(ada)
    page = client.get(dialog("note_people", mae))
    assert "<!doctype html>" in page.content.decode()
    part = client.get(dialog("note_people", mae), **HTMX)
    assert "<!doctype" not in part.content.decode()
    assert "Mae Norris" in text_of(part)


def test_a_note_for_the_contract_is_read_by_the_team_and_nobody_else(
    ada, bo, di, cy, mae, browse, read
):
    page = write(browse(ada), mae)
    assert "The note is saved on Mae Norris." in text_of(page)
    for colleague in (ada, bo):
        assert "Call in March" in read(colleague)
        assert "Everyone on the contract" in read(colleague)
    for stranger in (di, cy):
        assert "Call in March" not in read(stranger)
        assert "Notes (0)" in read(stranger)


def test_a_private_note_leaves_no_trace_for_anybody_else(ada, bo, mae, browse, read):
    write(browse(ada), mae, visibility="private")
    assert "Call in March" in read(ada)
    assert "Notes (0)" in read(bo)
    assert not Activity.objects.filter(verb=Activity.Verb.NOTED).exists()


def test_a_note_for_a_project_is_read_by_those_who_see_the_project(ada, bo, mae, browse, read):
    private = projects.create_project(ada, name="Quiet search", private=True)
    shared = projects.create_project(ada, name="Open search")
    write(browse(ada), mae, text="Of the quiet one", visibility="project", project=private.pk)
    write(browse(ada), mae, text="Of the open one", visibility="project", project=shared.pk)
    assert "Of the open one" in read(bo)
    assert "Open search" in read(bo)
    assert "Of the quiet one" not in read(bo)
    assert "Of the quiet one" in read(ada)
    assert not RecruiterNote.objects.for_the_ats().exists()


def test_a_note_for_a_project_needs_one_that_the_author_sees(ada, bo, mae, browse):
    private = projects.create_project(bo, name="Not Ada's", private=True)
    for project in ("", private.pk):
        page = write(browse(ada), mae, visibility="project", project=project)
        assert page.status_code == 200
    assert not RecruiterNote.objects.exists()
    with pytest.raises(notes.ProjectMissing):
        notes.add(ada, mae, "x", visibility=Visibility.PROJECT, project=private)


def test_several_people_get_the_same_note_in_a_fixed_number_of_queries(
    ada, mae, browse, django_assert_max_num_queries
):
    crowd = [mae, *(factories.MemberFactory() for _ in range(30))]
    client = browse(ada)
    with django_assert_max_num_queries(30):
        page = write(client, *crowd)
    assert "The note is saved on 31 people." in text_of(page)
    assert RecruiterNote.objects.count() == 31
    assert Activity.objects.filter(verb=Activity.Verb.NOTED, seat=ada).count() == 31


def test_only_the_author_changes_or_deletes_a_note(ada, bo, di, cy, hal, mae, browse, read):
    note = notes.add(ada, mae, "Call in March")
    for name in ("edit_note", "delete_note"):
        address = reverse(f"recruiter:{name}", args=[note.pk])
        for other in (bo, di, cy):
            assert browse(other).get(address).status_code == 404
            assert (
                browse(other)
                .post(address, {"note-text": "x", "note-visibility": "private"})
                .status_code
                == 404
            )
        assert browse(hal).post(address).status_code == 403
    client = browse(ada)
    client.post(
        reverse("recruiter:edit_note", args=[note.pk]),
        {"note-text": "Call in April", "note-visibility": "contract"},
    )
    assert "Call in April" in read(bo)
    asked = client.get(reverse("recruiter:delete_note", args=[note.pk]))
    assert "Delete this note?" in text_of(asked)
    client.post(reverse("recruiter:delete_note", args=[note.pk]))
    assert "Call in April" not in read(ada)


def test_a_note_that_becomes_less_public_is_deleted_for_the_ats(ada, mae):
    note = notes.add(ada, mae, "Call in March")
    project = projects.create_project(ada, name="Search")
    anew = notes.edit(ada, note, "Call", visibility=Visibility.PROJECT, project=project)
    assert anew.pk != note.pk
    assert RecruiterNote.objects.for_the_ats().get().deleted_at


# ------------------------------------------------------------------------------------------ tags
def test_tags_join_the_contract_s_own_list_whatever_their_case(ada, bo, di, mae, browse, read):
    other = factories.MemberFactory()
    data = {"person": [mae.public_id, other.public_id], "names": "Sales, Chicago ,sales"}
    browse(ada).post(reverse("recruiter:tag_people"), data)
    browse(bo).post(reverse("recruiter:tag_people"), {"person": mae.public_id, "names": "SALES"})
    assert [tag.name for tag in Tag.objects.all()] == ["Chicago", "Sales"]
    assert MemberTag.objects.count() == 4
    assert "Take off Sales" in read(bo)
    assert "Sales" not in read(di)
    asked = browse(bo).get(dialog("tag_people", mae)).content.decode()
    assert '<option value="Chicago">' in asked
    assert (
        '<option value="Chicago">' not in browse(di).get(dialog("tag_people", mae)).content.decode()
    )


def test_a_tag_is_taken_off_by_the_team_only_and_leaves_the_list_with_its_last_use(
    ada, bo, di, cy, hal, mae, browse
):
    tags.add(ada, [mae], ["Sales"])
    use = MemberTag.objects.get()
    address = reverse("recruiter:remove_tag", args=[use.pk])
    for other in (di, cy):
        assert browse(other).post(address).status_code == 404
    assert browse(hal).post(address).status_code == 403
    browse(bo).post(address)
    assert not Tag.objects.exists()


def test_a_tag_that_was_removed_can_be_put_back_at_once(ada, mae, browse):
    tags.add(ada, [mae], ["Sales"])
    client = browse(ada)
    page = client.post(
        reverse("recruiter:remove_tag", args=[MemberTag.objects.get().pk]), follow=True
    )
    form = page.content.decode().split("Tag Sales removed.")[0].rsplit("<form", 1)[1]
    sent = dict(re.findall(r'name="(person|names|next)" value="([^"]*)"', form))
    page = client.post(reverse("recruiter:tag_people"), sent, follow=True)
    assert page.redirect_chain[-1][0] == mae.get_absolute_url()
    assert MemberTag.objects.get().tag.name == "Sales"


@pytest.mark.parametrize("words", ["", " , ,", "x" * 41])
def test_no_words_or_too_long_ones_are_refused_with_a_sentence(ada, mae, browse, words):
    page = browse(ada).post(
        reverse("recruiter:tag_people"), {"person": mae.public_id, "names": words}
    )
    assert page.status_code == 200
    assert not Tag.objects.exists()


# ------------------------------------------------------------------------------------- reminders
def test_a_reminder_is_the_seat_s_own_and_waits_on_the_start_page(ada, bo, mae, browse, read):
    tomorrow = timezone.localdate() + timedelta(days=1)
    client = browse(ada)
    data = {"person": mae.public_id, "due_on": tomorrow.isoformat(), "text": "Ask about the move"}
    page = client.post(reverse("recruiter:remind_people"), data, follow=True)
    assert "You will be reminded of Mae Norris on" in text_of(page)
    home = reverse("recruiter:home")
    assert "Ask about the move" in text_of(client.get(home))
    assert "Ask about the move" in read(ada)
    assert "Ask about the move" not in text_of(browse(bo).get(home)) + read(bo)
    done = reverse("recruiter:finish_reminder", args=[Reminder.objects.get().pk])
    assert browse(bo).post(done).status_code == 404
    client.post(done)
    assert "Ask about the move" not in text_of(client.get(home))
    client.post(done, {"back": "yes"})
    assert "Ask about the move" in text_of(client.get(home))


def test_a_day_that_is_over_is_no_day_for_a_reminder(ada, mae, browse):
    data = {"person": mae.public_id, "due_on": "2020-01-01"}
    page = browse(ada).post(reverse("recruiter:remind_people"), data)
    assert "That day is over." in text_of(page)
    assert not Reminder.objects.exists()


def test_who_hides_by_now_is_not_named_on_the_start_page(ada, mae, browse):
    reminders.remind(ada, [mae], due_on=timezone.localdate(), text="Ask")
    Member.objects.update(hidden_from_recruiters=True)
    assert "Mae" not in text_of(browse(ada).get(reverse("recruiter:home")))


# -------------------------------------------------------------------------------- who gets there
@pytest.mark.parametrize("name", ["note_people", "tag_people", "remind_people", "pdf_people"])
def test_the_dialogs_know_only_people_whom_the_seat_may_see(ada, mae, browse, client, name):
    assert client.get(dialog(name, mae)).status_code == 302  # anonymous: to sign in
    member = factories.UserFactory(username="mae")
    assert browse(member).get(dialog(name, mae)).status_code == 403
    Member.objects.update(hidden_from_recruiters=True)
    page = browse(ada).get(dialog(name, mae))
    assert "Nobody is chosen." in text_of(page)
    assert "Mae" not in text_of(page)
