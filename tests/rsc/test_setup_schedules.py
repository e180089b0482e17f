"""The workers' clock."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

pytestmark = pytest.mark.django_db


def test_schedules_are_written_once_however_often_it_is_asked():
    call_command("setup_schedules", verbosity=0)
    names = sorted(Schedule.objects.values_list("name", flat=True))
    call_command("setup_schedules")
    assert sorted(Schedule.objects.values_list("name", flat=True)) == names != []


def test_every_schedule_names_a_task_that_exists():
    call_command("setup_schedules")
    assert all(callable(import_string(schedule.func)) for schedule in Schedule.objects.all())


def test_what_is_due_keeps_its_time_when_the_schedules_are_written_again():
    call_command("setup_schedules")
    before = dict(Schedule.objects.values_list("name", "next_run"))
    call_command("setup_schedules")
    assert dict(Schedule.objects.values_list("name", "next_run")) == before
