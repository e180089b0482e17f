"""The benchmark command: its figures, and what it says when a yardstick is missing."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from recruiter.management.commands import bench_search
from recruiter.models import AtsFootprint


@pytest.mark.django_db
def test_the_benchmark_makes_its_world_and_writes_its_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_search, "Yardstick", None)
    said, figures = io.StringIO(), tmp_path / "figures.json"
    call_command(
        "bench_search", members=200, runs=1, sql_questions=7, differences=30, changes=300,
        json=figures, stdout=said,
    )  # fmt: skip
    assert "tantivy is not installed" in said.getvalue()
    assert "differences from `sql` after 300 changes: 0" in said.getvalue()
    told = json.loads(figures.read_text())
    assert len(told["bitmap"]["medians_ms"]) == 32
    assert told["differences"] == []
    assert told["changes"] == 300
    assert AtsFootprint.objects.count() > 0.2 * 200
