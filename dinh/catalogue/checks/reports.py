"""Reports: figures that exist, and slots that something stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look
from dinh.catalogue.shapes.report import ASPECTS, WORDS, Report
from dinh.lib.errors import Fault

SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def reports_name_figures(look: Look) -> Iterator[Fault]:
    """Figures of tables, charts and maps, and those that a paragraph needs."""
    for id, report in look.catalogue.reports.items():
        for section in report.sections:
            where = f"{look.where('reports', id)}: sections[{section.id}]"
            needed = [name for one in section.paragraphs for name in one.needs]
            for name in (*section.figures, *needed):
                yield from _figure(look, f"{where}.figures", name)
            found = look.catalogue.indicators.get(section.figures[0]) if section.kind == "score" else None
            if found is not None and found.kind != "score":
                message = _("Indicator “%(id)s” is no score made of others.")
                yield Fault(f"{where}.figures", "catalogue.no_score", message % {"id": found.id})


def slots_stand_for_something(look: Look) -> Iterator[Fault]:
    """Words, and aspects of figures."""
    for id, report in look.catalogue.reports.items():
        for place, text in _texts(report):
            path = f"{look.where('reports', id)}: {place}"
            if text.count("{{") != len(SLOT.findall(text)) or text.count("}}") != len(SLOT.findall(text)):
                yield Fault(path, "catalogue.open_slot", _("A slot is not closed: write {{name}}."))
            for slot in SLOT.findall(text):
                yield from _slot(look, path, slot)


def _texts(report: Report) -> Iterator[tuple[str, str]]:
    yield "about", report.about
    for line in report.to:
        yield "to", line
    for section in report.sections:
        yield f"sections[{section.id}].title", section.title
        for one in section.paragraphs:
            yield f"sections[{section.id}].paragraphs", one.text


def _slot(look: Look, path: str, slot: str) -> Iterator[Fault]:
    if slot in WORDS:
        return
    head, _dot, rest = slot.partition(".")
    name, _dot, aspect = rest.partition(".")
    if head != "figure" or aspect not in ASPECTS:
        message = _("Nothing stands for the slot “%(slot)s”. Known: %(known)s.")
        known = ", ".join((*WORDS, *(f"figure.ID.{one}" for one in ASPECTS)))
        yield Fault(path, "catalogue.unknown_slot", message % {"slot": slot, "known": known})
        return
    yield from _figure(look, path, name)


def _figure(look: Look, path: str, name: str) -> Iterator[Fault]:
    if not look.knows("indicators", name):
        message = _("There is no indicator “%(id)s” in indicators/.") % {"id": name}
        yield Fault(path, "catalogue.unknown_indicator", message)


CHECKS: tuple[Callable[[Look], Iterator[Fault]], ...] = (reports_name_figures, slots_stand_for_something)
