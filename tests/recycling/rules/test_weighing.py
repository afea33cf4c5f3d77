"""A battery goes in whole."""

from decimal import Decimal

import pytest

from recycling.rules.weighing import NotItsMass, check_weighed


@pytest.mark.parametrize("weighed", ["72", "54", "90"])
def test_what_the_model_weighs_goes_in(weighed):
    check_weighed(mass_in_kg=Decimal(weighed), model_kg=Decimal("72.000"))


@pytest.mark.parametrize("weighed", ["0.00001", "53.9", "90.1"])
def test_a_pinch_of_it_does_not_finish_a_pack(weighed):
    with pytest.raises(NotItsMass) as refused:
        check_weighed(mass_in_kg=Decimal(weighed), model_kg=Decimal("72.000"))
    assert refused.value.pointer == "/mass_in_kg"
