"""In which role somebody does a step: one held over this dossier's unit, never one held elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import Cast, make_grant
from dinh.dossiers import policy
from dinh.dossiers.models import Dossier
from dinh.lib.errors import NotPermitted

ON = date(2026, 11, 23)
PROCEDURE = store.get().procedures["permanent_residence"]
DECIDING = next(step for step in PROCEDURE.steps if step.kind == "approve")

pytestmark = pytest.mark.django_db


def moving_in(cast: Cast) -> Dossier:
    return Dossier(number="H38.027.46.03-261123-0001", procedure=PROCEDURE.id, unit=cast.cocsan)


def test_the_role_of_the_step_goes_before_others_that_allow_it(cast: Cast) -> None:
    make_grant(cast.leader, DECIDING.role, cast.cocsan)

    acting = policy.acting_at(cast.leader, moving_in(cast), PROCEDURE, DECIDING, ON)

    assert acting == policy.Acting("police_chief")


def test_a_role_held_in_another_commune_does_no_step_here(cast: Cast) -> None:
    make_grant(cast.leader, DECIDING.role, cast.next_commune)

    with pytest.raises(NotPermitted) as refused:
        policy.acting_at(cast.leader, moving_in(cast), PROCEDURE, DECIDING, ON)

    assert refused.value.code == "dossiers.other_role"
