"""The benchmark of the sync leaves nothing behind."""

from __future__ import annotations

import pytest

from ats_sync import candidates
from ats_sync.bench.sandbox import sandbox, sweep
from ats_sync.models import Ats, DeveloperApplication
from rsc.models import Company
from tests.ats_sync import records


@pytest.mark.django_db
def test_what_a_killed_benchmark_left_is_removed_and_nothing_else(ats):
    killed = sandbox()
    left = killed.__enter__()  # nobody leaves it, as nobody does when the process is killed
    candidates.upsert(left, [records.candidate("C-1")])
    assert sweep() == 1
    assert list(Ats.objects.all()) == [ats]
    assert not Company.objects.filter(pk=left.company_id).exists()
    assert not DeveloperApplication.objects.filter(name=left.name).exists()
    assert sweep() == 0
