"""The link for an ATS's administrator: what it shows, how long, and that it is audited."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from ats_sync import setup_links
from ats_sync.models import SetupLink
from rsc.models import AuditEntry
from tests.ats_sync.test_admin_activation import admin, page, text  # noqa: F401 - fixtures


@pytest.fixture
def link(ats, root) -> SetupLink:
    return setup_links.make(ats, actor=root, gives_secret=True)


def path(link: SetupLink) -> str:
    return re.sub(r"^https?://[^/]+", "", setup_links.url_of(link))


def test_the_page_shows_what_is_to_be_entered_to_nobody_known(client, link, ats):
    answer = client.get(path(link))
    read = text(answer)
    assert ats.application.client_id in read
    assert str(ats.context) in read
    assert "Tell your origins" in read
    assert answer["Referrer-Policy"] == "same-origin", "the address opens the page"
    assert "no-store" in answer["Cache-Control"]


def test_the_secret_is_shown_once(client, link, ats):
    shown = client.post(path(link))
    assert shown.context["secret"] in text(shown)
    assert ats.application.secrets.live().count() == 1
    again = client.post(path(link))
    assert "shown once already" in text(again)
    assert shown.context["secret"] not in text(again) + text(client.get(path(link)))
    assert ats.application.secrets.live().count() == 1


def test_a_link_without_that_right_gives_no_secret(client, ats, root):
    plain = setup_links.make(ats, actor=root)
    assert "gives no secret" in text(client.post(path(plain)))
    assert not ats.application.secrets.exists()


def test_revoked_expired_and_forged_links_sound_the_same(client, link, ats, root):
    late = setup_links.make(ats, actor=root)
    SetupLink.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    setup_links.revoke(link, actor=root)
    for address in (path(link), path(late), path(link)[:-3] + "xx/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "This link does not work" in text(answer)
        assert ats.application.client_id not in text(answer)


def test_an_administrator_makes_and_revokes_links(admin, ats):  # noqa: F811
    admin.post(page("make_link", ats), {"gives_secret": "on"})
    link = ats.setup_links.get()
    listed = text(admin.get(page("links", ats)))
    assert setup_links.url_of(link) in listed
    Client().get(path(link))
    assert "First opened" in text(admin.get(page("links", ats)))
    admin.post(page("revoke_link", ats), {"link": link.pk})
    assert Client().get(path(link)).status_code == 404
    verbs = AuditEntry.objects.filter(subject=f"ats:{ats.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "setup_link.made", "setup_link.opened", "setup_link.revoked",
    ]  # fmt: skip
