"""A procedure as it is asked: pages, sections and questions with full ids, and which of them are shown.

Conditions only look back (`checks.conditions_look_back`), so one pass from the first
question to the last decides what is shown; the answer of a hidden question counts as none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dinh.catalogue.expressions import evaluate, names, parse, rename, write
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import Field, FieldGroup, Page, Procedure, ResultPaper, UseGroup

BLANKS = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class PlacedSection:
    """Questions under one heading."""

    title: Text | None
    visible_if: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class PlacedPage:
    """One page, its shared groups put in place."""

    id: str
    title: Text
    help: Text | None
    visible_if: str
    sections: tuple[PlacedSection, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All questions of the page, in order."""
        return tuple(field for section in self.sections for field in section.fields)


@dataclass(frozen=True)
class _Placed:
    procedure: Procedure  # keeps the object alive: its id() is the key of the cache
    pages: tuple[PlacedPage, ...]
    fields: dict[str, Field]
    names: dict[str, Text]


_cache: dict[int, _Placed] = {}


def pages(procedure: Procedure) -> tuple[PlacedPage, ...]:
    """Return the pages in order, ids and conditions as the answers name them. Cached."""
    return _placed(procedure).pages


def fields(procedure: Procedure) -> dict[str, Field]:
    """Return all questions by full id, in the order asked. Cached."""
    return _placed(procedure).fields


def field_names(procedure: Procedure) -> dict[str, Text]:
    """Return what each question is called away from its page: with its section or page where others are called the same.

    "Full name" of the child, the mother and the father becomes "Full name (the child)", and so on. Cached.
    """
    return _placed(procedure).names


def visible(
    procedure: Procedure, answers: Mapping[str, Any], today: date
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the pages and of the questions that are asked, given plain answers.

    A page is asked when its condition holds and at least one of its questions is asked.
    """
    known = dict(answers)
    shown_pages, shown_fields = set(), set()
    for page in pages(procedure):
        page_shown = holds(page.visible_if, known, today)
        for section in page.sections:
            section_shown = page_shown and holds(section.visible_if, known, today)
            for field in section.fields:
                if section_shown and holds(field.visible_if, known, today):
                    shown_fields.add(field.id)
                    shown_pages.add(page.id)
                else:
                    known.pop(field.id, None)
    return frozenset(shown_pages), frozenset(shown_fields)


def holds(condition: str, answers: Mapping[str, Any], today: date) -> bool:
    """Tell whether a condition is empty or true; unknown does not hold."""
    return not condition or evaluate(condition, answers, today) is True


def required(field: Field, answers: Mapping[str, Any], today: date) -> bool:
    """Tell whether a question that is shown must be answered."""
    return field.required or (bool(field.required_if) and holds(field.required_if, answers, today))


def prefill_sources(field: Field, answers: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """Return where the answer may be known, first match wins; conditions of sources are decided here."""
    found = []
    for source in field.prefill:
        path, _, condition = source.partition(" if ")
        if holds(condition, answers, today):
            found.append(path)
    return tuple(found)


def result_paper(procedure: Procedure, answers: Mapping[str, Any], today: date) -> ResultPaper:
    """Return the paper that these answers lead to: the first variant that holds, else the usual one."""
    usual = procedure.result
    for variant in usual.variants:
        if holds(variant.condition, answers, today):
            changes = {"title": variant.title, "template": variant.template, "variants": ()}
            return usual.model_copy(
                update={**changes, "number_format": variant.number_format or usual.number_format}
            )
    return usual


def _placed(procedure: Procedure) -> _Placed:
    found = _cache.get(id(procedure))
    if found is None:
        forms = {form.id: form for form in procedure.forms}
        placed = tuple(_place_page(page, forms, procedure.subject) for page in procedure.pages)
        by_id = {field.id: field for page in placed for field in page.fields}
        if len(_cache) > 512:  # more versions than any node keeps in use; tests load many
            _cache.clear()
        found = _cache[id(procedure)] = _Placed(procedure, placed, by_id, _names(placed))
    return found


def _names(pages: tuple[PlacedPage, ...]) -> dict[str, Text]:
    times = Counter(field.title for page in pages for field in page.fields)
    found: dict[str, Text] = {}
    for page in pages:
        groups = [section.title for section in page.sections if section.title is not None]
        for section in page.sections:
            where = section.title if section.title is not None and len(groups) > 1 else page.title
            for field in section.fields:
                found[field.id] = field.title if times[field.title] == 1 else _within(field.title, where)
    return found


def _within(title: Text, where: Text) -> Text:
    said = {language: f"{title.of(language)} ({where.of(language)})" for language in ("vi", "fr", "en")}
    return Text(**said)


def _place_page(page: Page, forms: Mapping[str, FieldGroup], subject: str) -> PlacedPage:
    uses = [use for use in page.groups if use.use in forms]
    several = len(uses) + bool(page.fields) > 1
    sections = [_place_group(use, forms[use.use], subject, several) for use in uses]
    if page.fields:
        sections.append(PlacedSection(None, "", page.fields))
    return PlacedPage(page.id, page.title, page.help, page.visible_if, tuple(sections))


def _place_group(use: UseGroup, form: FieldGroup, subject: str, several: bool) -> PlacedSection:
    """Return the questions of a group under the name it is used with."""
    kept = [field for field in form.fields if field.id not in use.omit]
    own = {field.id for field in form.fields}
    placed = tuple(_place_field(field, use, own, subject) for field in kept)
    return PlacedSection(use.title or (form.title if several else None), use.visible_if, placed)


def _place_field(field: Field, use: UseGroup, own: set[str], subject: str) -> Field:
    name = use.name

    def full(id: str) -> str:
        return f"{name}.{id}" if name and id in own else id

    def condition(text: str) -> str:
        return write(rename(parse(text), full)) if text and names(parse(text)) & own else text

    def source(text: str) -> str:
        path, given, when = text.partition(" if ")
        if path.startswith("self."):
            path = f"{'subject' if name == subject != 'applicant' else name}.{path.removeprefix('self.')}"
        elif path.startswith("answer."):
            path = f"answer.{full(path.removeprefix('answer.'))}"
        return f"{path}{given}{condition(when)}"

    if not name and not use.prefill:
        return field
    return field.model_copy(
        update={
            "id": full(field.id),
            "required_if": condition(field.required_if),
            "visible_if": condition(field.visible_if),
            "within": full(field.within) if field.within else "",
            "not_before": full(field.not_before) if field.not_before else "",
            "prefill": (*use.prefill.get(field.id, ()), *map(source, field.prefill)),
            "identity": source(field.identity) if field.identity else "",
        }
    )
