"""What may be written of persons and where they live. Pure: values in, faults out.

Residence: Law on Residence 68/2020/QH14, Articles 2 (a stay is less than 30 days) and 27 (temporary
residence is granted for at most two years).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.lib import citizen_number, dates
from dinh.lib.errors import Fault, Invalid
from dinh.lib.names import fold, looks_like_name, nfc, tidy, words_key

Codes = Callable[[str], Container[str] | None]  # list id -> its codes; None when the list is not declared

HEAD = "00"  # of list "household_relations"
STAY_DAYS = 29
TEMPORARY_YEARS = 2
ADULT_AT = 18

# Column -> the catalogue list that its code belongs to.
LISTS = {
    "ethnicity": "ethnic_groups",
    "nationality": "nationalities",
    "religion": "religions",
    "relation": "household_relations",
}
TEXTS = {"birth_place": 200, "home_place": 200, "mother_name": 120, "father_name": 120, "full_name": 120}

NAME_MISSING = _("Write the full name, as on the birth certificate or identity card.")
NAME_ODD = _("A name has letters only. Copy it from the birth certificate or identity card.")
TOO_LONG = _("This is too long. Shorten it.")
IN_FUTURE = _("This date has not come yet. Check the year.")
DIED_BEFORE_BIRTH = _("The day of death is before the day of birth. Check both.")
NOT_TWELVE = _("This is the number of an old identity card. Write the 12 digits of the identity card.")
NOT_NINE = _("The number of an old identity card has 9 digits.")
NOT_IN_LIST = _("This is not in the list. Choose one of the list.")
PHONE_ODD = _("This is not a telephone number. Write 10 digits, for example 0912 345 678.")
EMAIL_ODD = _("This is not an e-mail address. Write it like ten@example.vn.")
ENDS_BEFORE_IT_BEGINS = _("The last day is before the first day. Check both.")
UNTIL_MISSING = _("Write the last day.")
STAY_TOO_LONG = _("A stay lasts less than 30 days. For a longer time, register temporary residence.")
TEMPORARY_TOO_LONG = _(
    "Temporary residence is granted for two years at most. It can be extended before its end."
)
ADDRESS_MISSING = _("Write the address.")


def normalized(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns of Person as they are stored: NFC, single spaces, and the keys that are derived."""
    columns = {key: tidy(value) if isinstance(value, str) else value for key, value in values.items()}
    if "full_name" in columns:
        columns["name_key"] = fold(columns["full_name"])
        columns["name_words"] = words_key(columns["full_name"])
    if "birth" in columns:
        columns["birth_year"] = dates.year_of(columns["birth"])
    if "number" in columns:
        columns["number"] = citizen_number.clean(columns["number"] or "") or None
    if "old_number" in columns:
        columns["old_number"] = citizen_number.clean(columns["old_number"] or "")
    return columns


def person_faults(columns: Mapping[str, Any], *, today: date, codes: Codes) -> list[Fault]:
    """Return every fault of these columns of Person, already `normalized`; those not given are not looked at.

    codes  the codes of a catalogue list, for ethnicity, nationality, religion, relation
    """
    faults: list[Fault] = []
    if "full_name" in columns:
        faults += _name_faults(columns["full_name"])
    faults += _number_faults(columns)
    faults += _date_faults(columns, today)
    if columns.get("sex", "9") not in {"1", "2", "9"}:
        faults.append(Fault("sex", "population.not_in_list", NOT_IN_LIST))
    for column, list_id in LISTS.items():
        code, known = columns.get(column), codes(list_id)
        if code and known is not None and code not in known:
            faults.append(Fault(column, "population.not_in_list", NOT_IN_LIST))
    for column, longest in TEXTS.items():
        if len(columns.get(column) or "") > longest:
            faults.append(Fault(column, "population.too_long", TOO_LONG))
    return faults


def residence_faults(kind: str, address: str, from_on: date, until_on: date | None) -> list[Fault]:
    """Return every fault of a residence; `kind` is "permanent", "temporary" or "stay"; `until_on` its last day.

    Two years of temporary residence end with the same date two years later (Civil Code 2015, article 148).
    """
    faults = []
    if not address.strip():
        faults.append(Fault("address", "population.address_missing", ADDRESS_MISSING))
    elif len(address) > 200:
        faults.append(Fault("address", "population.too_long", TOO_LONG))
    if kind == "permanent":
        return faults
    if until_on is None:
        faults.append(Fault("until_on", "population.until_missing", UNTIL_MISSING))
    elif until_on < from_on:
        faults.append(Fault("until_on", "population.ends_before_it_begins", ENDS_BEFORE_IT_BEGINS))
    elif kind == "stay" and until_on - from_on > timedelta(days=STAY_DAYS - 1):
        faults.append(Fault("until_on", "population.stay_too_long", STAY_TOO_LONG))
    elif kind == "temporary" and until_on > _years_later(from_on, TEMPORARY_YEARS):
        faults.append(Fault("until_on", "population.temporary_too_long", TEMPORARY_TOO_LONG))
    return faults


def channel_value(kind: str, typed: str) -> str:
    """Return a telephone number as digits (+84 becomes 0) or an e-mail address; raises Invalid with one fault."""
    if kind == "phone":
        digits = citizen_number.clean(typed).replace("(", "").replace(")", "")
        digits = "0" + digits.lstrip("+")[2:] if digits.startswith(("+84", "84")) else digits
        if not (digits.isascii() and digits.isdigit() and digits.startswith("0") and 9 <= len(digits) <= 11):
            raise Invalid("population.phone", [Fault("phone", "population.phone", PHONE_ODD)], PHONE_ODD)
        return digits
    name, at, domain = nfc(typed).strip().rpartition("@")
    if not (at and name and "." in domain.strip(".") and " " not in typed.strip()) or len(typed) > 254:
        raise Invalid("population.email", [Fault("email", "population.email", EMAIL_ODD)], EMAIL_ODD)
    return f"{name}@{domain.lower()}"


def is_minor(birth: str, on: date) -> bool:
    """Tell whether somebody is under 18 on a day; an unknown birth is not a child's."""
    age = dates.age_on(birth, on)
    return age is not None and age < ADULT_AT


def _name_faults(name: str) -> list[Fault]:
    if not name:
        return [Fault("full_name", "population.name_missing", NAME_MISSING)]
    if not looks_like_name(name):
        return [Fault("full_name", "population.name_odd", NAME_ODD)]
    return []


def _number_faults(columns: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for column, kind, message in (("number", "citizen", NOT_TWELVE), ("old_number", "old", NOT_NINE)):
        if digits := columns.get(column):
            try:
                if citizen_number.parse(digits).kind != kind:
                    faults.append(Fault(column, f"population.{column}_kind", message))
            except Invalid as refused:
                faults += [Fault(column, fault.code, fault.message) for fault in refused.faults]
    return faults


def _date_faults(columns: Mapping[str, Any], today: date) -> list[Fault]:
    faults = []
    for column in ("birth", "died_on"):
        value = columns.get(column)
        if not value:
            continue
        try:
            if dates.parse_partial(value) > today.isoformat():
                faults.append(Fault(column, "population.in_future", IN_FUTURE))
        except Invalid as refused:
            faults += [Fault(column, fault.code, fault.message) for fault in refused.faults]
    birth, died_on = columns.get("birth"), columns.get("died_on")
    if birth and died_on and not faults and died_on < birth[: len(died_on)]:
        faults.append(Fault("died_on", "population.died_before_birth", DIED_BEFORE_BIRTH))
    return faults


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
