"""Returning the result: to whom, how their identity was checked, by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.dossiers.actions.changing import begin_step, do_step, moment, not_now
from dinh.dossiers.models import Dossier, Result, Status
from dinh.journal.actions import action
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import tidy

RELATIONS = frozenset({"applicant", "authorised", "family", "post", "electronic"})
CHECKS = frozenset({"card", "card_chip", "electronic_id", "known", "mandate", "electronic"})
WHO = _("Write the name of the person who collects the result.")
HOW = _("Say how you checked who collects it, and in which relation they stand to the one who asked.")


@action
def return_result(
    *,
    dossier: Dossier,
    collector_name: str,
    relation: str,
    checked: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    note: str = "",
    version: int | None = None,
) -> Dossier:
    """Hand over the result, and record who collected it and how that was checked.

    collector_name  as on the card that was shown
    relation        "applicant", "authorised", "family", "post", or "electronic" (sent to their account)
    checked         "card", "card_chip", "electronic_id", "known", "mandate", "electronic"

    Raises Invalid with each fault, Refused ("dossiers.not_now"), NotPermitted, Stale.
    """
    at = moment(at)
    doing = begin_step(dossier, "return_result", "return", by=by, at=at)
    name = tidy(collector_name)[:120]
    faults = []
    if not name:
        faults.append(Fault("collector_name", "dossiers.no_collector", WHO))
    if relation not in RELATIONS:
        faults.append(Fault("relation", "dossiers.no_relation", HOW))
    if checked not in CHECKS:
        faults.append(Fault("checked", "dossiers.not_checked", HOW))
    if faults:
        raise Invalid("dossiers.not_returned", faults, faults[0].message, dossier=dossier.pk)
    columns: dict[str, Any] = {
        "status": int(Status.RETURNED),
        "local_status": "",
        "step": "",
        "holder_id": None,
        "waiting_since": at,
        "returned_at": at,
    }
    collected = {"collector_name": name, "collector_relation": relation, "collector_checked": checked}
    do_step(
        dossier, doing, "return", "dossiers.returned", columns, at=at, on_site=on_site,
        note=" ".join(note.split())[:500], version=version, extra={"collected": collected},
    )  # fmt: skip
    if not Result.objects.filter(dossier=dossier).update(collected_at=at, returned_by=by, **collected):
        raise not_now(dossier, "return_result")
    return dossier
