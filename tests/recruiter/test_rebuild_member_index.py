"""manage.py rebuild_member_index, as an operator runs it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from recruiter import search
from recruiter.models import MemberDocument
from tests import factories


def rebuild(*arguments):
    out = StringIO()
    call_command("rebuild_member_index", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_how_many_members_can_be_found(db):
    factories.MemberFactory.create_batch(3)
    factories.MemberFactory(hidden_from_recruiters=True)
    assert "3 members can be found" in rebuild()
    assert search.index().ready()


def test_it_does_nothing_where_nothing_is_needed(mae):
    assert "1 member can be found" in rebuild("--if-needed")
    assert "the search index is ready" in rebuild("--if-needed")


def test_documents_of_an_older_kind_are_rebuilt(mae):
    rebuild()
    MemberDocument.objects.update(schema_version=0)
    assert not search.index().ready()
    rebuild("--if-needed")
    assert search.index().ready()


def test_deleting_the_index_loses_nothing(mae):
    rebuild()
    before = MemberDocument.objects.values("facets", "completeness", "words").get()
    MemberDocument.objects.all().delete()
    rebuild()
    assert MemberDocument.objects.values("facets", "completeness", "words").get() == before


def test_an_engine_that_does_not_exist_is_refused(settings, db):
    settings.SEARCH_ENGINE = "crystal ball"
    with pytest.raises(ImproperlyConfigured, match="crystal ball"):
        rebuild()
