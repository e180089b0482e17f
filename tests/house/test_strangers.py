"""Every URL, tried as nobody and as a stranger: a new one that is not in a table here fails.

The world belongs to Ada's company and is full of secrets; whoever is not of it reads none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ats_sync import candidates, exports
from ats_sync.models import Application, ApplicationNote, CandidateNote, InterviewFeedback
from recruiter import inmail
from recruiter.models import Enclosure, Member, MessageTemplate, PipelineChange, Prospect
from tests import factories
from tests.ats_sync import records

SECRET = "Topsecret"
pytestmark = pytest.mark.django_db

# Pages that show a stranger no object of ours, and what a stranger's seat gets there.
OPEN_TO_ALL_SEATS = {
    "home": 302,
    "api:vendors": 200,  # the wire as such: public, and about nobody
    "api:v2": 200,
    "api:rest": 200,
    "api:v2_document": 200,
    "api:rest_document": 200,
    "ats:export_people": 200,
    "ats:people_exports": 200,
    "ats:exports": 200,
    "ats:export_news": 200,
    "ats:export_news_read": 405,
    "ats:cancel_exports": 405,
    "recruiter:home": 200,
    "recruiter:search": 200,
    "recruiter:projects": 200,
    "recruiter:messages": 200,
    "recruiter:message_people": 200,
    "recruiter:message_templates": 200,
    "recruiter:message_signature": 405,
    "ats:lines_before_writing": 200,
    # Dialogs: a project or a member that is not theirs is simply not among those chosen.
    "recruiter:save_people": 200,
    "recruiter:move_people": 200,
    "recruiter:archive_people": 200,
    "recruiter:profile": 200,  # members are there for all recruiters; what ATSs say is not
    "widget:loader": 200,
    "widget:frame": 403,
    "widget:sign_in": 403,
    "widget:onboarding": 403,
    "widget:connect": 403,
    "widget:playground": 200,
    "widget:content": 405,
    "widget:members": 405,
    "widget:link": 405,
    "widget:save": 405,
    "widget:unlink": 405,
    "widget:message": 405,
    "widget:note": 405,
    "widget:follow": 405,
}
# Pages about an object of ours: how to ask, about what, and what a stranger gets.
OBJECTS = {
    "ats:status": ("get", "member", 404),
    "ats:indicator": ("get", "member", 404),
    "ats:history": ("get", "member", 404),
    "ats:decide": ("post", "candidate", 404),
    "ats:member_exports": ("get", "member", 404),
    "ats:project_requisition": ("get", "project", 404),
    "ats:retry_export": ("post", "export", 404),
    "recruiter:project": ("get", "project", 404),
    "recruiter:conversation": ("get", "thread", 404),
    "recruiter:enclosure": ("get", "enclosure", 404),
    "recruiter:message_template": ("get", "template", 404),
    "recruiter:delete_message_template": ("post", "template", 404),
    "recruiter:pool": ("get", "project", 404),
    "recruiter:project_settings": ("get", "project", 404),
    "recruiter:project_rights": ("post", "project", 404),
    "recruiter:hand_over": ("post", "project", 404),
    "recruiter:archive_project": ("post", "project", 404),
    "recruiter:add_stage": ("post", "project", 404),
    "recruiter:change_stage": ("post", "stage", 404),
    "recruiter:undo": ("post", "change", 404),
    # Back to the profile, with the form's own complaint about a project that is not theirs.
    "recruiter:save_to_project": ("post", "member", 302),
}
# Not pages of ours: libraries with tests of their own, and the wire (see below).
ELSEWHERE = re.compile(r"^(admin/|accounts/|oauth/|\^|xdoor/)")


@pytest.fixture
def world(ats, ada, mae) -> dict[str, Any]:
    """Mae in Ada's ATS and in her project; each text says so."""
    sent = records.candidate(
        f"{SECRET}-1",
        first_name="Mae",
        last_name="Norris",
        emails=["mnorris@gmail.com"],
        current_title=f"{SECRET} title",
        profile_url=f"https://ats.test/{SECRET}",
    )
    candidates.upsert(ats, [sent])
    candidate = ats.candidates.get()
    application = factories.ApplicationFactory(
        candidate=candidate, job_name=f"{SECRET} job", source=f"{SECRET} source"
    )
    common = {"ats": ats, "external_id": "1", "received_at": factories.LONG_AGO}
    own = {"application": application, "external_application_id": application.external_id}
    ApplicationNote.objects.create(text=f"{SECRET} note", **common, **own)
    InterviewFeedback.objects.create(text=f"{SECRET} feedback", **common, **own)
    CandidateNote.objects.create(
        text=f"{SECRET} word", candidate=candidate, external_candidate_id="1", **common
    )
    stage = factories.ProjectStageFactory(project__owner=ada, project__name=f"{SECRET} project")
    prospect = factories.ProspectFactory(stage=stage, member=mae)
    job = factories.JobPostingFactory(ats=ats, title=f"{SECRET} requisition")
    export = exports.export(ada, mae, job)
    change = PipelineChange.objects.create(project=stage.project, seat=ada, before={}, after={})
    return {
        "member": {"public_id": mae.public_id},
        "candidate": {"public_id": mae.public_id, "pk": candidate.pk},
        "project": {"pk": stage.project_id},
        **correspondence(ada, mae),
        "prospect": {"pk": prospect.pk},
        "export": {"pk": export.pk},
        "change": {"pk": change.pk},
        "stage": {"pk": stage.pk},
    }


def correspondence(seat, member) -> dict[str, dict[str, int]]:
    """A thread with a file, and a template."""
    file = Enclosure.objects.create(seat=seat, file="", name=SECRET, size=1)
    thread = inmail.send(
        seat, member, subject=f"{SECRET} subject", body=f"{SECRET} words", enclosures=[file]
    )
    template = MessageTemplate.objects.create(
        contract=seat.contract, seat=seat, name=f"{SECRET} template", subject="A", body="B"
    )
    return {
        "thread": {"pk": thread.pk},
        "enclosure": {"pk": thread.pk, "file_pk": file.pk},
        "template": {"pk": template.pk},
    }


def routes(patterns: list, prefix: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """All URL patterns, as (path, name with its namespace)."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from routes(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield path, f"{names}{pattern.name or ''}"


def pages() -> dict[str, str]:
    """Names and paths of our own pages."""
    found = routes(get_resolver().url_patterns)
    return {name: path for path, name in found if not ELSEWHERE.match(path)}


def address(name: str, world: dict[str, Any]) -> str:
    _, kind, _ = OBJECTS.get(name, ("", "member" if "public_id" in pages()[name] else "", 0))
    return reverse(name, kwargs=world.get(kind, {}))


def test_every_page_is_in_one_of_the_tables():
    assert set(pages()) == set(OPEN_TO_ALL_SEATS) | set(OBJECTS)


@pytest.mark.parametrize("name", sorted({*OPEN_TO_ALL_SEATS, *OBJECTS}))
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_learns_anything_without_signing_in(world, client, name, method):
    response = getattr(client, method)(address(name, world))
    assert SECRET not in response.content.decode()
    if name.startswith(("recruiter:", "ats:")):
        assert response.status_code in {302, 405}
        if response.status_code == 302:
            assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(OPEN_TO_ALL_SEATS))
def test_a_stranger_reads_nothing_of_ours(world, browse, cy, name):
    response = browse(cy).get(address(name, world))
    assert response.status_code == OPEN_TO_ALL_SEATS[name]
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_a_stranger_finds_none_of_our_objects(world, browse, cy, name):
    method, _, status = OBJECTS[name]
    data = {"project": world["project"]["pk"]}
    response = getattr(browse(cy), method)(address(name, world), data)
    assert response.status_code == status
    assert SECRET not in response.content.decode()
    assert Prospect.objects.filter(archived_at=None).count() == 1


def test_those_whom_it_concerns_do_read_it(world, browse, ada, mae):
    """Without this the tests above would pass on empty pages."""
    seen = "".join(
        browse(ada).get(address(name, world)).content.decode()
        for name in (
            "ats:history", "ats:indicator", "recruiter:project", "recruiter:conversation",
            "recruiter:message_templates",
        )
    )  # fmt: skip
    for word in ("job", "note", "feedback", "word", "project", "subject", "words", "template"):
        assert f"{SECRET} {word}" in seen
    assert Application.objects.count() == 1
    assert Member.objects.count() == 1
