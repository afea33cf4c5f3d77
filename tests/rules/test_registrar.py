"""Only makers register."""

import pytest

from passport.rules.registrar import NotAMaker, check_registrar


@pytest.mark.parametrize("roles", [["MAKER"], ["KEEPER", "MAKER"]])
def test_a_maker_registers(roles):
    check_registrar(roles=roles)


@pytest.mark.parametrize("roles", [[], ["KEEPER"], ["RECYCLER", "WORKSHOP"], ["AUTHORITY"]])
def test_nobody_else_registers(roles):
    with pytest.raises(NotAMaker) as refused:
        check_registrar(roles=roles)
    assert refused.value.remedy
