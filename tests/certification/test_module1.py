"""Module 1 of the certification: customer onboarding (certification.md)."""

from __future__ import annotations

import pytest

from tests.certification.conftest import assert_passes, numbers


@pytest.mark.parametrize("number", numbers(1))
def test_a_vendor_can_rehearse(rehearsal, number):
    assert_passes(rehearsal, number)
