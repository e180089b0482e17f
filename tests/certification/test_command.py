"""manage.py rsc_certify, as a vendor runs it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ats_sync.certify.rehearsal import Rehearsal
from ats_sync.models import Integration


def certify(run: Rehearsal, *more: str) -> str:
    out = StringIO()
    call_command(
        "rsc_certify",
        f"--base-url={run.vendor.http.base_url}",
        f"--client-id={run.vendor.client_id}",
        f"--client-secret={run.vendor.client_secret}",
        f"--organization={run.organization}",
        f"--contract={run.contract}",
        "--wait=0",
        *more,
        stdout=out,
    )
    return out.getvalue()


def test_the_table_tells_of_every_rule_what_came_of_it(rehearsal):
    text = certify(rehearsal)
    for number in ("RSC-101", "RSC-206", "RSC-304", "RSC-404", "RSC-505"):
        assert number in text
    assert "0 failed" in text
    assert "--parent-id" in text  # what would be needed for the rules that were left out


def test_one_module_can_be_played_alone(rehearsal):
    text = certify(rehearsal, "--module=5")
    assert "RSC-501" in text
    assert "RSC-101" not in text


def test_a_server_that_breaks_a_rule_ends_the_command_with_a_failure(rehearsal):
    Integration.objects.update(status=Integration.Status.DISABLED)
    with pytest.raises(SystemExit) as ended:
        certify(rehearsal, "--module=1")
    assert ended.value.code == 1


def test_wrong_credentials_are_told_before_any_rule_is_played(rehearsal):
    with pytest.raises(CommandError, match="no token"):
        certify(rehearsal, "--client-secret=wrong")
