"""The demo story: its numbers, its ends for visible reasons, and that it is told once."""

from __future__ import annotations

import pytest

from passport.models import Battery


def test_the_numbers_hold(told):
    assert Battery.objects.filter(level="CELL").count() == 2400
    assert Battery.objects.filter(level="PACK").count() == 24
