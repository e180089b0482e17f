"""Module 5 of the certification: deletion (certification.md)."""

from __future__ import annotations

import pytest

from tests.certification.conftest import assert_passes, numbers


@pytest.mark.parametrize("number", numbers(5))
def test_a_vendor_can_rehearse(rehearsal, number):
    assert_passes(rehearsal, number)
