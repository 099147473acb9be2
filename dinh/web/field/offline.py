"""Every form for a telephone: procedures and activities drawn by the house's own templates, all questions at once.

What is shown of them is decided on the telephone, by the same conditions: they go along as JSON, for its own
evaluator (`catalogue/examples/expressions.json` holds what every evaluator answers). Made once for a catalogue, a
language and a place, and kept; the digest is of every byte, so a telephone fetches them only when they differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.html import escape

from dinh.catalogue import layout, store
from dinh.catalogue.digest import digest as effect_digest
from dinh.catalogue.expressions import parse, to_json
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.field_work import Activity, ActivityField, ActivityPage
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory import tree
from dinh.lib.money import show_vnd
from dinh.web.components.asking import relations
from dinh.web.components.drawing import draw_field
from dinh.web.components.fields import choices, from_declaration, titles_of

SEARCHED = {"place", "record", "household"}  # asked as plain text where nothing can be searched
LISTS = (
    "assistance_kinds", "assistance_outcomes", "basic_skills", "consent_ways", "difficulty_kinds", "house_needs",
    "household_relations", "network_strengths", "person_needs", "power_supplies", "skip_reasons", "spoken_languages",
    "workshop_topics", "field_measures",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """Forms in one language, and the digest by which a telephone knows them."""

    content: dict[str, Any]
    digest: str


def made(language: str, home: UUID | None) -> Made:
    """Return every form in a language, with the places around a unit to choose from."""
    on = timezone.localdate()
    places = _places(home, on) if home else ()
    return _made(id(store.get()), language, places)


@lru_cache(maxsize=32)
def _made(catalogue: int, language: str, places: tuple[tuple[str, str, str], ...]) -> Made:
    with translation.override(language):
        found = store.get()
        content: dict[str, Any] = {
            "language": language,
            "procedures": [_procedure(one, language) for _id, one in sorted(found.procedures.items())],
            "activities": [_activity(one, language) for _id, one in sorted(found.activities.items())],
            "lists": {**_lists(language), "places": [list(place) for place in places]},
        }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Made({"digest": digest, **content}, digest)


def _places(home: UUID, on: date) -> tuple[tuple[str, str, str], ...]:
    """Return (id, name, level) of the communes of the province and of the villages of the commune around a unit."""
    around = {one.unit: one.level for unit in tree.with_parents(home, on) for one in tree.children(unit, on)}
    told = [(level, tree.title(unit, on, with_parents=False), str(unit)) for unit, level in around.items()]
    return tuple((unit, name, level) for level, name, unit in sorted(told))


def _procedure(one: Procedure, language: str) -> dict[str, Any]:
    placed = layout.pages(one)
    sections = [
        (page, [(section.title, section.visible_if, section.fields) for section in page.sections])
        for page in placed
    ]
    return {
        "id": one.id,
        "version": one.version,
        "sha256": effect_digest(one),
        "title": one.title.of(language),
        "summary": one.summary.of(language),
        "sector": one.sector,
        **_form(sections, language),
        "documents": [
            {
                "id": paper.id, "title": paper.title.of(language), "help": _of(paper.help, language),
                "required": paper.required, "required_if": ast(paper.required_if), "visible_if": ast(paper.visible_if),
                "accepts": list(paper.accepts),
            }
            for paper in one.documents
        ],
        "consents": [{"code": code, "title": _title("consents", code, language)} for code in one.consents],
        "eligibility": [
            {"condition": ast(rule.condition), "message": rule.message.of(language)} for rule in one.eligibility
        ],
        "fee_note": _fees(one, language),
    }  # fmt: skip


def _activity(one: Activity, language: str) -> dict[str, Any]:
    sections = [(page, [(None, "", page.fields)]) for page in one.pages]
    return {
        "id": one.id,
        "version": one.version,
        "sha256": effect_digest(one),
        "title": one.title.of(language),
        "kind": one.kind,
        "about": one.about,
        **_form(sections, language),
    }


Section = tuple[Text | None, str, Sequence[Field]]


def _form(
    pages: Iterable[tuple[layout.PlacedPage | ActivityPage, Sequence[Section]]], language: str
) -> dict[str, Any]:
    html: list[str] = []
    told: list[dict[str, Any]] = []
    fields: dict[str, Any] = {}
    for page, sections in pages:
        html.append(_page(page, sections, language))
        told.append(
            {
                "id": page.id,
                "title": page.title.of(language),
                "visible_if": ast(page.visible_if),
                "sections": [
                    {
                        "title": _of(title, language),
                        "visible_if": ast(condition),
                        "fields": [one.id for one in asked],
                    }
                    for title, condition, asked in sections
                ],
            }
        )
        fields |= {one.id: _field(one, language) for _title, _condition, asked in sections for one in asked}
    return {"html": "".join(html), "pages": told, "fields": fields}


def _page(page: layout.PlacedPage | ActivityPage, sections: Sequence[Section], language: str) -> str:
    parts = [f'<section data-page="{escape(page.id)}"><h2>{escape(page.title.of(language))}</h2>']
    if page.help:
        parts.append(f'<p class="hint">{escape(page.help.of(language))}</p>')
    for number, (title, _condition, asked) in enumerate(sections):
        parts.append(f'<div data-section="{number}">')
        if title is not None:
            parts.append(f"<h3>{escape(title.of(language))}</h3>")
        parts += [f'<div data-field="{escape(one.id)}">{_drawn(one, language)}</div>' for one in asked]
        parts.append("</div>")
    return "".join([*parts, "</section>"])


def _drawn(one: Field, language: str) -> str:
    asked = one.model_copy(update={"type": "text", "help": one.help}) if one.type in SEARCHED else one
    view = from_declaration(
        asked, asked.default, language=language, required=one.required, relations=relations(one, language)
    )
    if isinstance(one, ActivityField) and one.type == "choice":
        titles = [(code, title) for code, title in titles_of(one, language) if code not in one.without]
        view.options = choices(titles, asked.default, view.id)
        if one.several:
            view.control = "checkboxes"
    return str(draw_field(view))


def _field(one: Field, language: str) -> dict[str, Any]:
    several = isinstance(one, ActivityField) and one.several
    told: dict[str, Any] = {
        "type": "choices" if several else one.type,
        "title": one.title.of(language),
        "required": one.required,
        "required_if": ast(one.required_if),
        "visible_if": ast(one.visible_if),
        "minimum": one.minimum,
        "maximum": one.maximum,
        "max_length": one.max_length,
        "not_after_today": one.not_after_today,
        "not_before": one.not_before,
        "default": one.default,
        "prefill": [_source(text) for text in one.prefill],
    }
    if one.list:
        told["list"] = one.list
    if one.type == "place":
        told |= {"levels": list(one.levels), "within": one.within}
    if one.type == "citizen_number":
        told |= {"secret": True, "sealed": True}
    return told


def _source(text: str) -> dict[str, Any]:
    path, _if, condition = text.partition(" if ")
    return {"path": path, "if": ast(condition)}


def ast(condition: str) -> Any:
    """Return a condition as the evaluator of the telephone takes it; None for none."""
    return to_json(parse(condition)) if condition else None


def _lists(language: str) -> dict[str, list[list[str]]]:
    found = store.get()
    used = {
        one.list
        for procedure in found.procedures.values()
        for one in layout.fields(procedure).values()
        if one.list
    }
    used |= {
        one.list
        for form in found.activities.values()
        for page in form.pages
        for one in page.fields
        if one.list
    }
    return {
        id: [[entry.code, entry.title.of(language)] for entry in found.lists[id].entries]
        for id in sorted({*used, *LISTS})
        if id in found.lists
    }


def _fees(one: Procedure, language: str) -> str:
    lines = [
        f"{fee.title.of(language)}: {show_vnd(fee.amount_vnd, language)}"
        for fee in one.fees
        if fee.amount_vnd
    ]
    return "; ".join(lines)


def _title(list_id: str, code: str, language: str) -> str:
    title = store.get().titles.get(list_id, {}).get(code)
    return title.of(language) if title else code


def _of(text: Text | None, language: str) -> str:
    return text.of(language) if text else ""
