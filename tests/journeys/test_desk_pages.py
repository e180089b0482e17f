"""Every page of the desk in the guide's own world: looked at by axe, and photographed on request.

With RSC_SHOTS each is kept at two widths, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from recruiter.models import Conversation, Member, Project
from recruiter.search import index
from rsc.demo import people, world
from rsc.models import Seat, User
from tests.journeys.conftest import shot
from tests.journeys.test_profile import serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


def pages_of(seat: Seat) -> Iterator[tuple[str, str]]:
    """A name and an address for each page of a recruiter's desk."""
    mae = Member.objects.get(slug="mae-norris").get_absolute_url()
    for tab in ("profile", "projects", "ats", "messages", "feedback", "attachments"):
        yield f"profile-{tab}", f"{mae}?tab={tab}"
    project = Project.objects.visible_to(seat).order_by("pk").first()
    here = f"/talent/projects/{project.pk}/"
    yield from (
        ("home", "/talent/"),
        ("projects", "/talent/projects/"),
        ("pipeline", here),
        ("board", f"{here}?view=board"),
        ("pool", f"{here}pool/"),
        ("settings", f"{here}settings/"),
        ("import", f"{here}import/"),
        ("compose", f"/talent/people/message/?person={mae.rstrip('/').rsplit('/', 1)[1]}"),
        ("messages", "/talent/messages/"),
        ("templates", "/talent/messages/templates/"),
        ("feed", "/talent/feed/"),
        ("preferences", "/talent/preferences/"),
        ("reviews", "/talent/reviews/"),
        ("exports", "/ats/exports/"),
    )


def pages_of_member(member: Member) -> Iterator[tuple[str, str]]:
    """The same for a member's own area."""
    for part in ("messages", "profile", "addresses", "privacy", "sharing", "data", "close"):
        yield f"member-{part}", reverse(f"member:{part}")
    for thread in Conversation.objects.filter(member=member)[:1]:
        yield "member-thread", reverse("member:conversation", args=[thread.pk])


def enter(user: User, browse, context: BrowserContext, live_server) -> Page:
    session = browse(user).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": session, "url": live_server.url}])
    return context.new_page()


def test_every_page_of_the_desk_and_of_the_member_s_area_is_sound(
    settings, browse, context, live_server
):
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    world.load(crowd=0)
    index().put(Member.objects.values_list("pk", flat=True))
    riya = people.seat_of("riya")
    rebecca = Member.objects.get(source_key="id:demo:rebecca-best")
    faults = {}
    for user, pages in ((riya.user, pages_of(riya)), (rebecca.user, pages_of_member(rebecca))):
        page = enter(user, browse, context, live_server)
        for name, address in pages:
            answer = page.goto(live_server.url + address)
            assert answer.status == 200, name
            page.wait_for_load_state("networkidle")
            expect(page.locator("h1").first).to_be_visible()
            faults[name] = serious_faults(page)
            if is_wider_than_a_telephone(page):
                faults[name].append("wider than a telephone")
            keep(page, name)
        page.close()
    assert not any(faults.values()), faults


def is_wider_than_a_telephone(page: Page) -> bool:
    page.set_viewport_size({"width": 390, "height": 900})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return width > 390


def keep(page: Page, name: str) -> None:
    """Pictures, only where somebody asked for them."""
    for width, scheme in LOOKS if os.environ.get("RSC_SHOTS") else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shot(page, f"{name}-{width}-{scheme}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
