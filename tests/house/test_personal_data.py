"""No table is forgotten in the map of personal data."""

from __future__ import annotations

from django.apps import apps

from rsc import personal_data


def test_each_table_is_in_the_map_or_said_to_be_about_nobody():
    assert personal_data.undeclared(apps.get_models()) == []


def test_the_map_names_no_table_that_is_not_there():
    there = {model._meta.label for model in apps.get_models()}
    assert {one.model for one in personal_data.tables()} <= there
