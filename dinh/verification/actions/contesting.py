"""A person says that a register is wrong about her: it becomes a finding that an officer decides."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.actions import action
from dinh.journal.actions import record as journal
from dinh.lib.errors import Fault, Invalid, Stale
from dinh.lib.ids import uuid7
from dinh.lib.names import nfc, storable
from dinh.registers.models import Record
from dinh.registers.queries import readable_fields
from dinh.verification.actions.deciding import CHANGED
from dinh.verification.models import Finding
from dinh.verification.runs import gains

LONGEST = 500
PAPER = "_paper"  # beside the field in `says`: which paper shows it; no field of a register is called so
NO_FIELD = _("Choose which value is wrong.")
SAY_WHAT = _("Write what is right, in at most %(most)s letters.")


@action
def contest(*, record: Record, field: str, says: str, paper: str = "", by: Account, at: datetime) -> Finding:
    """Keep what a citizen says of one field of a record about herself, as an open finding.

    paper  in her words, which paper shows it
    Saying it again replaces what was said. Raises NotPermitted when the record is not about her, Invalid for a
    field that is not there (or is not for every reader's eyes), or without words.
    """
    if by.person is None or by.person != record.person_id:
        raise policy.refusal("verification.contest", by, unit=record.unit_id)
    shape = store.get().registers[record.register]
    said, shown = storable(nfc(says)).strip(), " ".join(storable(nfc(paper)).split())[:LONGEST]
    if field not in {one.id for one in readable_fields(shape, ())}:
        raise Invalid("verification.no_field", [Fault("field", "verification.no_field", NO_FIELD)], NO_FIELD)
    if not said or len(said) > LONGEST:
        message = SAY_WHAT % {"most": LONGEST}
        raise Invalid("verification.say_what", [Fault("says", "verification.say_what", message)], message)
    found = Finding.objects.filter(record=record, kind=Finding.Kind.CONTESTED, code=field).first()
    columns = {
        "says": {field: said} | ({PAPER: shown} if shown else {}), "gain": gains.CONTESTED, "state": Finding.State.OPEN, "decision": "", "note": "",
        "record_version": record.version, "found_at": at, "decided_by": None, "decided_at": None, "person_id": None,
        "candidates": [], "changed": {},
    }  # fmt: skip
    if found is None:
        found = Finding(
            id=uuid7(), record=record, register=record.register, unit_id=record.unit_id, kind=Finding.Kind.CONTESTED,
            code=field, version=1, **columns,
        )  # fmt: skip
        try:
            found.save(force_insert=True)
        except IntegrityError as error:  # the same was said a moment ago, by a second press
            raise Stale("verification.changed", CHANGED, finding=record.pk) from error
    elif not Finding.objects.filter(pk=found.pk, version=found.version).update(
        version=found.version + 1, **columns
    ):
        raise Stale("verification.changed", CHANGED, finding=found.pk)
    else:
        found.refresh_from_db()
    body = {"set": {**columns, "record_id": record.pk, "kind": found.kind, "code": field}}
    journal("verification.contested", subject=found, at=at, by=by.pk, unit=record.unit_id, body=body)
    return found
