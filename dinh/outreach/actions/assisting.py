"""A volunteer files with somebody at a shared computer: help as at their house, and kept as that is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dinh.directory.models import Account
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.policy import is_helped
from dinh.lib.ids import natural_id
from dinh.outreach.models import Assistance


def file_beside(*, draft: Draft, by: Account, at: datetime, idempotency_key: str | None = None) -> Dossier:
    """File what a helper filled, and keep that a volunteer helped: sent again, the same dossier and the same row.

    What an officer files is the office's own work and no help of a team. The entry is the dossier's: it tells who
    helped, whom, when and with what consent. Raises what `dossiers.file` raises.
    """
    with transaction.atomic():
        dossier = dossiers.file(draft=draft, by=by, at=at, idempotency_key=idempotency_key)
        if is_helped(by, dossier):
            _keep(dossier, by)
    return dossier


def _keep(dossier: Dossier, by: Account) -> None:
    person = dossier.applicant
    house = person.household if person is not None else None
    Assistance.objects.get_or_create(
        id=natural_id("assistance", dossier.pk),
        defaults={
            "kind": "filing", "household": house, "person": person, "village_id": house.village_id if house else None,
            "account": by, "outcome": "done", "at": dossier.filed_at, "procedure": dossier.procedure,
            "dossier": dossier.pk, "consent": dossier.consent,
        },
    )  # fmt: skip
