"""The row of a dossier is the fold of its entries: the table is rebuilt from the journal and compared."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, approved, blob, examined, filed, received, returned
from dinh.journal.fold import fold, history
from dinh.lib.dates import local_date

pytestmark = pytest.mark.django_db


def as_kept(dossier: Dossier) -> dict[str, Any]:
    columns = {one.attname: getattr(dossier, one.attname) for one in Dossier._meta.concrete_fields}
    columns.pop("id")
    kept: dict[str, Any] = json.loads(json.dumps(columns, cls=DjangoJSONEncoder))
    return kept


def normal(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its instants in one zone: the database gives UTC, an act gives local time."""
    from django.utils.dateparse import parse_datetime

    return {
        key: parse_datetime(value).timestamp() if key.endswith(("_at", "_since")) and value else value  # type: ignore[union-attr]
        for key, value in row.items()
    }


def test_after_every_kind_of_act_the_row_is_the_fold_of_its_entries(world: World) -> None:
    citizen, cast = world.cast.citizen, world.cast
    late = NOW + timedelta(days=1, microseconds=123456)
    items = [{"item": "applicant.birth", "fault": "incorrect"}]
    filed(world, changed={"applicant.birth": "13/03/1975"})
    returned(world, "birth_registration")
    actions.refuse(dossier=filed(world), reason="x", by=cast.reception, at=late)
    held = received(world)
    actions.take(dossier=held, by=cast.examiner, at=late)
    actions.release(dossier=held, by=cast.examiner, at=late)
    actions.examine(dossier=held, by=cast.examiner, at=late, corrections={"copies": "4"})
    actions.send_back(dossier=held, reason="x", by=cast.leader, at=late)
    actions.request_supplement(dossier=held, items=items, by=cast.examiner, at=late)
    actions.attach(to=held, document="old_paper", blob=blob(), filename="a.pdf", by=citizen, at=late)
    actions.supplement(
        dossier=held, by=citizen, at=late + timedelta(days=2), answers={"applicant.birth": "1975"}
    )
    extended = received(world, "certified_copy")
    actions.extend(dossier=extended, reason="x", by=cast.examiner, at=NOW + timedelta(hours=1))
    after = late + timedelta(days=2)
    actions.ask_payment(dossier=held, what="x", amount_vnd=1, by=cast.examiner, at=after)
    actions.confirm_payment(dossier=held, proof="x", by=cast.reception, at=after + timedelta(days=3))
    day = local_date(after) + timedelta(days=30)
    actions.apologise(dossier=held, reason="x", promised=day, by=cast.examiner, at=after + timedelta(days=6))
    actions.withdraw(dossier=held, by=citizen, at=after + timedelta(days=7))
    actions.reject(dossier=examined(world), reason="x", by=cast.leader, at=late)
    rated = returned(world)
    actions.rate(dossier=rated, stars=3, by=citizen, at=late)
    approved(world, "permanent_residence")

    assert Dossier.objects.count() == 8
    for dossier in Dossier.objects.all():
        folded = fold(history(dossier.pk))
        assert normal(folded) == normal(as_kept(dossier)), dossier.number
