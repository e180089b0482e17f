"""Module 2 of the certification: data from the ATS (certification.md)."""

from __future__ import annotations

import pytest

from tests.certification.conftest import assert_passes, numbers


@pytest.mark.parametrize("number", numbers(2))
def test_a_vendor_can_rehearse(rehearsal, number):
    assert_passes(rehearsal, number)
