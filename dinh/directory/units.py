"""Villages, traits, offices and closures: what a commune's administrator keeps. Reached through `directory.actions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.directory import names, policy, queries, setup, tree
from dinh.directory.models import Account, Closure, Level, Office, Unit, UnitTrait, UnitVersion
from dinh.directory.writing import actor, change, created, length_faults, refuse_if
from dinh.journal.actions import action, record
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.lib.ids import natural_id
from dinh.lib.names import fold, same_spelling, tidy

VILLAGE_TYPES = ("thôn", "bản", "ấp", "khóm", "tổ dân phố", "khu phố", "làng", "buôn", "xóm", "khu")
OFFICE_COLUMNS = frozenset({"name", "agency_code", "address", "phone", "email"})


@action
def place_village(
    *,
    commune: Unit,
    name: str,
    type: str,
    by: Account | None,
    at: datetime,
    valid_from: date | None = None,
    number: int | None = None,
    decree: str = "",
) -> Unit:
    """Place a village below a commune and return its unit.

    type    one of VILLAGE_TYPES
    number  of the local code ("02746-07"); default: the next free one. The national list has no villages, so
            a code is the commune's own and never leaves it without the commune's code before it

    Raises Invalid with every fault; NotPermitted.
    """
    on = valid_from or local_date(at)
    _may_manage(commune, by, at)
    Unit.objects.select_for_update().get(pk=commune.pk)  # of two at once the second sees the first one's
    above = queries.version_on(commune, on)
    siblings = UnitVersion.objects.filter(parent=commune, level=Level.VILLAGE)
    used = {int(code.rsplit("-", 1)[1]) for code in siblings.values_list("code", flat=True)}
    chosen = number if number is not None else max(used, default=0) + 1
    faults = _village_faults(name, type, above, siblings.filter(valid_to__isnull=True))
    if chosen in used or not 0 < chosen < 1000:
        faults.append(Fault("number", "taken", _("This number is in use or out of range. Choose another.")))
    faults += length_faults(UnitVersion, {"decree": decree})
    refuse_if(faults, "directory.village_invalid")
    code = queries.local_code(above.code, chosen)
    village = Unit(id=natural_id("unit", Level.VILLAGE, code, on), level=Level.VILLAGE, opened_on=on)
    village.save(force_insert=True)
    version = UnitVersion(
        unit=village,
        level=Level.VILLAGE,
        code=code,
        name=tidy(name),
        type=type,
        parent=commune,
        valid_from=on,
        decree=decree,
        search_key=f"{fold(f'{tidy(name)} {type}')} {above.search_key}"[:255],
    )
    version.save(force_insert=True)
    naming = {"code": code, "name": version.name, "type": type, "parent": commune.pk, "decree": decree}
    created(village, "directory.village_placed", by=by, at=at, unit=commune.pk, more={"naming": naming})
    _forget()
    return village


@action
def set_trait(
    *,
    unit: Unit,
    trait: str,
    valid_from: date,
    by: Account | None,
    at: datetime,
    valid_to: date | None = None,
    source: str = "",
) -> UnitTrait:
    """Give a unit a dated quality ("special_difficulty"), or end one it has: same trait and beginning.

    Raises Invalid; NotPermitted.
    """
    _may_manage(unit, by, at)
    faults = []
    if not trait.isidentifier():
        faults.append(Fault("trait", "invalid", _("A trait is a word of small letters and underscores.")))
    if valid_to is not None and valid_to <= valid_from:
        faults.append(Fault("valid_to", "before_it_begins", _("The end must be after the beginning.")))
    faults += length_faults(UnitTrait, {"trait": trait, "source": source})
    refuse_if(faults, "directory.trait_invalid")
    key: dict[str, Any] = {"trait": trait, "valid_from": valid_from}
    was = UnitTrait.objects.filter(unit=unit, **key).values("valid_to", "source").first()
    told: dict[str, Any] = {"valid_to": valid_to, "source": source}
    row, _made = UnitTrait.objects.update_or_create(unit=unit, **key, defaults=told)
    count_entry(unit, "directory.trait_set", by=by, at=at, body={**key, **told, "was": was})
    return row


@action
def open_office(
    *,
    unit: Unit,
    key: str,
    name: str,
    by: Account | None,
    at: datetime,
    valid_from: date | None = None,
    **columns: str,
) -> Office:
    """Open an office of a unit. Raises Invalid when it has one with this key, or for wrong columns; NotPermitted."""
    _may_manage(unit, by, at)
    on = valid_from or local_date(at)
    faults = _office_faults({"name": name, **columns})
    if not key.isidentifier():
        faults.append(Fault("key", "invalid", _("A key is a word of small letters and underscores.")))
    if queries.find_office(unit, key, on) is not None:
        faults.append(Fault("key", "taken", _("The unit has this office already.")))
    refuse_if(faults, "directory.office_invalid")
    office = Office(
        id=setup.office_id(unit.pk, key, on), key=key, unit=unit, name=tidy(name), valid_from=on, **columns
    )
    office.save(force_insert=True)
    created(office, "directory.office_opened", by=by, at=at, unit=unit.pk, more={"id": office.pk})
    return office


@action
def amend_office(*, office: Office, by: Account | None, at: datetime, **columns: str) -> None:
    """Change name, agency code, address, phone or e-mail of an office. Raises Invalid; NotPermitted; Stale."""
    _may_manage(office.unit, by, at)
    refuse_if(_office_faults(columns), "directory.office_invalid")
    change(office, "directory.office_amended", by=by, at=at, unit=office.unit_id, **columns)


@action
def close_office_on(
    *, office: Office, on: date, reason: str, by: Account | None, at: datetime, part: str = Closure.Part.DAY
) -> Closure:
    """Say that an office does not serve on a day or half of one; due dates move with it.

    Raises Invalid when it is closed then already, or without a reason; NotPermitted.
    """
    _may_manage(office.unit, by, at)
    Office.objects.select_for_update().get(pk=office.pk)  # of two at once the second sees the first
    faults = []
    if part not in Closure.Part.values:
        faults.append(Fault("part", "unknown", _("Choose the whole day, the morning or the afternoon.")))
    if not reason.strip():
        faults.append(Fault("reason", "required", _("Say why; people who come that day will read it.")))
    if Closure.objects.filter(office=office, on=on, part__in=[part, Closure.Part.DAY]).exists():
        faults.append(Fault("on", "closed_already", _("The office is closed then already.")))
    faults += length_faults(Closure, {"reason": tidy(reason)})
    refuse_if(faults, "directory.closure_invalid")
    closure = Closure(office=office, on=on, part=part, reason=tidy(reason))
    closure.save(force_insert=True)
    created(closure, "directory.office_closed", by=by, at=at, unit=office.unit_id)
    return closure


@action
def open_office_on(*, closure: Closure, by: Account | None, at: datetime) -> None:
    """Take a closure back: the office serves after all. Raises Refused for a day that is past; NotPermitted; Stale."""
    _may_manage(closure.office.unit, by, at)
    if closure.on < local_date(at):
        message = _("This day is past. Due dates were computed with it.")
        raise Refused("directory.closure_is_past", message, closure=closure.pk)
    change(closure, "directory.closure_taken_back", by=by, at=at, unit=closure.office.unit_id)
    Closure.objects.filter(pk=closure.pk).delete()


def _may_manage(unit: Unit, by: Account | None, at: datetime) -> None:
    if by is not None:
        policy.require(by, "directory.manage_places", unit=unit.pk, on=local_date(at))


def _village_faults(name: str, type_: str, above: UnitVersion, siblings: Any) -> list[Fault]:
    faults = []
    if not tidy(name) or len(tidy(name)) > 80:
        faults.append(Fault("name", "required", _("Write the name without its type, 80 letters at most.")))
    if type_ not in VILLAGE_TYPES:
        faults.append(Fault("type", "unknown", _("Choose a type from the list.")))
    if above.level != Level.COMMUNE:
        faults.append(Fault("commune", "not_a_commune", _("A village is placed below a commune.")))
    if any(
        same_spelling(other, name) for other in siblings.filter(type=type_).values_list("name", flat=True)
    ):
        faults.append(Fault("name", "taken", _("The commune has a village of this name.")))
    return faults


def _office_faults(columns: dict[str, str]) -> list[Fault]:
    faults = [
        Fault(key, "unknown", _("This cannot be changed here.")) for key in set(columns) - OFFICE_COLUMNS
    ]
    if "name" in columns and not tidy(columns["name"]):
        faults.append(Fault("name", "required", _("Write the name of the office.")))
    if columns.get("email"):
        try:
            validate_email(columns["email"])
        except ValidationError:
            faults.append(
                Fault("email", "invalid", _("This is not an e-mail address. Write it as ten@example.vn."))
            )
    return faults + length_faults(
        Office, {name: columns[name] for name in sorted(OFFICE_COLUMNS & set(columns))}
    )


def count_entry(unit: Unit, kind: str, *, by: Account | None, at: datetime, body: dict[str, Any]) -> Entry:
    """Record, inside an action, what happened to a unit whose own row stays as it is but for its version."""
    Unit.objects.filter(pk=unit.pk).update(version=F("version") + 1)
    unit.refresh_from_db(fields=["version"])
    return record(kind, subject=unit, at=at, by=actor(by), unit=unit.pk, body=body)


def _forget() -> None:
    """Now, for what this transaction still reads; and once it is committed, for what others read meanwhile."""
    for forget in (tree.forget, names.forget):
        forget()
        transaction.on_commit(forget)
