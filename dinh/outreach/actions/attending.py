"""Who came to a gathering and what they learnt: written down by a phone, at the desk, or by the code on the wall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import queries as catalogue
from dinh.directory.models import Account
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.errors import Fault, Refused
from dinh.lib.ids import uuid7
from dinh.lib.names import tidy
from dinh.outreach.actions.profiles import Changed, Given, change_profile
from dinh.outreach.models import Attendance, Workshop
from dinh.outreach.rules import gatherings as rules
from dinh.outreach.rules.facts import SKILL
from dinh.outreach.rules.merging import Stamp
from dinh.population.models import Person

CLOSED = _("The list of this gathering is closed. Ask its lead to write you down.")


@action
def attend(
    *,
    workshop: Workshop,
    way: str,
    by: Account,
    at: datetime,
    person: Person | UUID | None = None,
    account: Account | UUID | None = None,
    name: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    id: UUID | None = None,
) -> Attendance:
    """Write one person on the list; somebody who is on it already is the same row, with what they learnt added.

    person, account, name  exactly one: a person of the commune, an official, or a walk-in's own words
    before, after          code of `basic_skills` -> 0 not, 1 with help, 2 alone
    id                     of the operation by which a phone sent it

    Whoever calls has asked `may_run`, or the page on which people write themselves in. Raises Invalid.
    """
    codes = catalogue.codes_of("basic_skills") or []
    first, then = rules.steps(before or {}, codes), rules.steps(after or {}, codes)
    who = {"person_id": _id(person), "account_id": _id(account), "name": tidy(name)[:120]}
    faults = (
        [] if sum(bool(one) for one in who.values()) == 1 else [Fault("name", "required", _("Write a name."))]
    )
    refuse_if(faults, "outreach.attendance_invalid")
    # Somebody who presses twice, or is written down by two at once, is one row: the second waits for the first.
    Workshop.objects.select_for_update().get(pk=workshop.pk)
    known = Attendance.objects.filter(workshop=workshop, **who).first()
    if known is not None:
        columns: dict[str, Any] = {"before": {**known.before, **first}, "after": {**known.after, **then}}
        change(known, "outreach.attendance_amended", by=by, at=at, unit=workshop.unit_id, **columns)
        return known
    row = Attendance(
        id=id or uuid7(), workshop=workshop, way=way, before=first, after=then, at=at, by=by, **who
    )  # fmt: skip
    row.save(force_insert=True)
    created(row, "outreach.attended", by=by, at=at, unit=workshop.unit_id)
    return row


def write_down(
    *,
    workshop: Workshop,
    way: str,
    by: Account,
    at: datetime,
    person: Person | UUID | None = None,
    account: Account | UUID | None = None,
    name: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Attendance:
    """Write one person on the list at the desk or by the code on the wall, and keep what they learnt with the person.

    As a telephone's attendance does. Raises Invalid.
    """
    with transaction.atomic():
        row = attend(
            workshop=workshop, way=way, by=by, at=at, person=person, account=account, name=name, before=before,
            after=after,
        )  # fmt: skip
        keep_learnt(row, stamp=Stamp(at, uuid7()), by=by, at=at)
    return row


def keep_learnt(row: Attendance, *, stamp: Stamp, by: Account, at: datetime) -> Changed | None:
    """Keep with a person of the commune what they can do after a gathering; None where there is nothing to keep.

    stamp  of the act that wrote them down: it orders what different telephones say of one skill
    """
    learnt = [Given(f"{SKILL}{code}", step) for code, step in sorted(row.after.items())]
    if not learnt or row.person_id is None:
        return None
    return change_profile(
        entity_type="person", entity=row.person_id, unit=row.workshop.unit_id, given=learnt, stamp=stamp, operation=None,
        by=by.pk, at=at,
    )  # fmt: skip


def check_in(*, workshop: Workshop, account: Account | None, name: str, at: datetime) -> Attendance:
    """Write somebody in who opened the code on the wall: by their account, or by the name they typed.

    Raises Refused when the list is closed, Invalid without a name.
    """
    if not rules.open_for_names(
        workshop.starts_at, workshop.ends_at, workshop.state == Workshop.State.CANCELLED, at
    ):
        raise Refused("outreach.list_closed", CLOSED, workshop=workshop.pk)
    if account is not None and account.is_staff:
        return write_down(workshop=workshop, way="qr", account=account, by=account, at=at)
    if account is not None and account.person is not None:
        return write_down(workshop=workshop, way="qr", person=account.person, by=account, at=at)
    return write_down(workshop=workshop, way="qr", name=name, by=account or workshop.lead, at=at)


def _id(thing: Person | Account | UUID | None) -> UUID | None:
    return thing if thing is None or isinstance(thing, UUID) else thing.pk
