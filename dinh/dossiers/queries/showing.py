"""Answers as people read them: page by page, in words, with who gave each and what a register says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import gettext, override

from dinh.catalogue import layout
from dinh.catalogue import queries as catalogue
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.database.prepared import Prepared
from dinh.directory.queries import unit_title
from dinh.dossiers.queries.parts import accounts_named
from dinh.lib.dates import show_date
from dinh.lib.money import show_vnd
from dinh.registers.models import Record


@dataclass(frozen=True)
class ShownAnswer:
    """One answer.

    text      in words; "" when not answered
    source    "typed", "register", "card", "paper", "answer", "default", or "" when not answered
    origin    which register: "population", "births 12/2025"
    by        name of who typed it; "" when nobody did
    register  in words, what the register says, when that is something else
    before    in words, what was typed before an officer or the citizen corrected it
    finding   code of what does not agree, "" for nothing
    """

    field: Field
    text: str
    source: str = ""
    origin: str = ""
    by: str = ""
    at: str = ""
    register: str = ""
    before: str = ""
    before_by: str = ""
    finding: str = ""


@dataclass(frozen=True)
class ShownPage:
    """One page of answers that were asked for."""

    id: str
    title: Text
    answers: tuple[ShownAnswer, ...]


def shown_pages(
    procedure: Procedure,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    language: str,
    on: date,
    findings: Iterable[Mapping[str, Any]] = (),
    names: Mapping[str, str] | None = None,
) -> list[ShownPage]:
    """Return the answers of a draft or dossier page by page, hidden questions left out.

    findings  of the dossier: put beside the field they are about
    names     account id -> name of those who typed (`typists`), where the caller read them already

    One query for the names of those who typed, one for each record that an answer names.
    """
    plain = {key: one.get("value") for key, one in answers.items()}
    shown_ids, asked = layout.visible(procedure, plain, on)
    names = _names(answers) if names is None else names
    # What a row of a register says is for those who may read it: `corrections.differences`.
    by_field = {str(one.get("field")): one for one in findings if "record" not in one}
    with override(language):
        return [
            ShownPage(
                page.id,
                page.title,
                tuple(
                    _shown(field, answers.get(field.id, {}), names, by_field.get(field.id), language, on)
                    for field in page.fields
                    if field.id in asked
                ),
            )
            for page in layout.pages(procedure)
            if page.id in shown_ids
        ]


def show_value(field: Field, value: Any, language: str, on: date) -> str:
    """Return an answer in words: a choice by its title, a place by its name, a date as day/month/year."""
    if value is None or value == "" or value == []:
        return ""
    match field.type:
        case "date" | "partial_date":
            return show_date(str(value), language)
        case "choice":
            return _title(field, str(value), language)
        case "yes_no":
            return gettext("Yes") if value else gettext("No")
        case "money":
            return show_vnd(int(value), language)
        case "place":
            return unit_title(UUID(str(value)), on) or str(value)
        case "record":
            record = _record.first(pk=value)
            return " · ".join(filter(None, record)) if record else str(value)
        case "people":
            return "\n".join(_person(row) for row in value)
        case _:
            return str(value)


_record = Prepared(
    lambda pk: Record.objects.filter(pk=pk).values_list("number", "person_name"), pk=UUIDField()
)


def _shown(
    field: Field,
    mark: Mapping[str, Any],
    names: Mapping[str, str],
    finding: Mapping[str, Any] | None,
    language: str,
    on: date,
) -> ShownAnswer:
    def words(value: Any) -> str:
        return show_value(field, value, language, on)

    before = mark.get("before") or {}
    register = mark.get("register", finding.get("register") if finding else None)
    answered = mark.get("value") is not None
    return ShownAnswer(
        field=field,
        text=words(mark.get("value")),
        source=mark.get("source", "") if answered else "",
        origin=mark.get("from") or "",
        by=names.get(mark.get("by") or "", ""),
        at=mark.get("at") or "",
        register=words(register),
        before=words(before.get("value")),
        before_by=names.get(before.get("by") or "", ""),
        finding=str(finding.get("code", "")) if finding else "",
    )


def typists(answers: Mapping[str, Mapping[str, Any]]) -> set[UUID]:
    """Return the accounts that typed or corrected an answer."""
    ids = {by for one in answers.values() for by in (one.get("by"), (one.get("before") or {}).get("by"))}
    return {UUID(key) for key in ids if key}


def _names(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {str(pk): one.full_name for pk, one in accounts_named(typists(answers)).items()}


def _title(field: Field, code: str, language: str) -> str:
    if field.list:
        return catalogue.list_title(field.list, code).of(language)
    return next((option.title.of(language) for option in field.options if option.code == code), code)


def _person(row: Mapping[str, str]) -> str:
    parts = (row.get("full_name", ""), show_date(row.get("birth") or ""), row.get("number", ""))
    return ", ".join(part for part in parts if part)
