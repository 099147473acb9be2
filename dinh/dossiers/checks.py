"""What must hold between the catalogue and this package; asked at start by `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from dinh.catalogue import store
from dinh.dossiers.models import Status
from dinh.dossiers.rules import life
from dinh.lib.errors import Invalid


@register()
def lists_hold_our_statuses(**_options: Any) -> list[CheckMessage]:
    """dossiers.E001: the lists of statuses name every status that the code uses."""
    try:
        lists = store.get().lists
    except Invalid:
        return []  # the catalogue's own check says what is wrong with it
    found: list[CheckMessage] = []
    wanted = {
        "dossier_statuses": {str(status.value) for status in Status},
        "local_statuses": {
            life.WAITS_RECEPTION, life.WAITS_ASSIGNMENT, life.UNDER_EXAMINATION, life.WAITS_SIGNATURE,
            life.WAITS_STAMP, life.SUPPLEMENTED, life.REFUSED_AFTER, life.WAITS_RETURN,
        },
    }  # fmt: skip
    for name, codes in wanted.items():
        missing = codes - {entry.code for entry in lists[name].entries} if name in lists else codes
        if missing:
            found.append(Error(f"list {name} lacks {sorted(missing)}", id="dossiers.E001"))
    return found


@register()
def procedures_can_be_lived(**_options: Any) -> list[CheckMessage]:
    """dossiers.E002: every procedure begins with a reception, decides, and ends with a return, in this order."""
    try:
        procedures = store.get().procedures
    except Invalid:
        return []
    found: list[CheckMessage] = []
    order = ["receive", "examine", "approve", "return"]
    for one in procedures.values():
        kinds = [step.kind for step in one.steps]
        if kinds != sorted(kinds, key=order.index) or not {"receive", "approve", "return"} <= set(kinds):
            found.append(Error(f"procedure {one.id}: steps {kinds} are not a life", id="dossiers.E002"))
    return found
