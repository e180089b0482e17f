"""The pages for operators: they say what the code says, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/[^"#]*)(?:#([\w-]+))?"')


def test_anybody_reads_them_without_a_query(client, django_assert_num_queries):
    for address in ("/docs/", "/docs/production/", "/docs/complaints/"):
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200
    assert client.get("/docs/secrets/").status_code == 404


def test_every_setting_of_the_environment_is_on_the_page(client):
    text = text_of(client.get("/docs/"))
    source = (Path(settings.BASE_DIR) / "rsc" / "settings.py").read_text()
    names = set(re.findall(r'env_\w+\(\s*"((?:RSC|DATABASE)_\w+)"', source)) - {"RSC_PORT"}
    assert len(names) > 40
    for name in names:
        assert name in text


def test_every_command_says_what_it_does(client):
    text = text_of(client.get("/docs/"))
    for name in ("doctor", "backup", "restore", "create_company", "provision", "replay_deliveries",
                 "rematch_candidates", "build_search_index", "purge_sandbox"):  # fmt: skip
        assert re.search(rf"{name} [A-Z]\w+", text), name


def test_each_of_the_22_complaints_has_an_answer_whose_places_exist(client, browse, root, ada, mae):
    page = client.get(reverse("docs_page", args=["complaints"])).content.decode()
    rows = re.findall(r"<tr><td>(\d+)</td>(.*?)</tr>", page, re.DOTALL)
    assert [int(number) for number, _ in rows] == list(range(1, 23))
    mae.user = factories.UserFactory()
    mae.save()
    # Whoever the place is for.
    people = {"/admin/": browse(root), "/me/": browse(mae.user), "": browse(ada)}
    for number, row in rows:
        links = LINK.findall(row)
        assert links, f"complaint {number} names no place"
        for address, part in links:
            visitor = next(who for start, who in people.items() if address.startswith(start))
            answer = visitor.get(address)
            assert answer.status_code == 200, (number, address)
            assert f'id="{part}"' in answer.content.decode() or not part
