"""Module 3 of the certification: data for the ATS (certification.md)."""

from __future__ import annotations

import pytest

from ats_sync import callbacks, exports
from ats_sync.certify import module1
from ats_sync.certify.rehearsal import RULES, Rehearsal, Verdict, play_one
from ats_sync.models import Integration
from tests import factories
from tests.certification.conftest import assert_passes, numbers


@pytest.fixture
def exported(rehearsal: Rehearsal, ada, mae, ats) -> Rehearsal:
    """Ada exported Mae, and the notice arrived at the callback that the vendor set."""
    assert_passes(rehearsal, module1.configuration.number)
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    callbacks.deliver_due()
    return rehearsal


@pytest.mark.parametrize("number", numbers(3))
def test_a_vendor_can_rehearse(exported, number):
    assert_passes(exported, number)


def test_without_a_click_the_rehearsal_says_what_it_waits_for(rehearsal):
    played = play_one(rehearsal, RULES["RSC-301"])
    assert played.verdict is Verdict.NOT_POSSIBLE
    assert "no recruiter exported a member" in played.why


def test_without_script_domains_the_widget_cannot_be_rehearsed(rehearsal, ats):
    ats.application.script_origins = []
    ats.application.save()
    played = play_one(rehearsal, RULES["RSC-305"])
    assert played.verdict is Verdict.NOT_POSSIBLE
    assert "validJsSdkDomains" in played.why


def test_a_contract_that_keeps_its_activity_to_itself_is_no_failure(rehearsal):
    Integration.objects.filter(integration_type=Integration.Type.CSA_API).delete()
    played = play_one(rehearsal, RULES["RSC-307"])
    assert played.verdict is Verdict.NOT_POSSIBLE
    assert "CSA_API" in played.why
