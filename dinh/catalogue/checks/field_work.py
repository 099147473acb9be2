"""Activities: lists that exist, conditions that can be read and look back, ids once, nothing secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.law import SECRET
from dinh.catalogue.checks.look import Look, expression_faults
from dinh.catalogue.expressions import names, parse
from dinh.catalogue.shapes.field_work import Activity, ActivityField
from dinh.lib.errors import Fault
from dinh.lib.names import fold


def questions_of_activities_can_be_asked(look: Look) -> Iterator[Fault]:
    """Each question once, its list there, its conditions about questions before it, no secret asked."""
    for id, activity in look.catalogue.activities.items():
        seen: set[str] = set()
        for place, text, item in _places(look.where("activities", id), activity):
            if text:
                yield from _condition(place, text, seen)
            if item is not None:
                yield from _question(look, place, item, seen)
                seen.add(item.id)


def _places(where: str, activity: Activity) -> Iterator[tuple[str, str, ActivityField | None]]:
    for page in activity.pages:
        yield f"{where}: pages[{page.id}].visible_if", page.visible_if, None
        for item in page.fields:
            place = f"{where}: fields[{item.id}]"
            yield f"{place}.required_if", item.required_if, None
            yield place, item.visible_if, item


def _condition(place: str, text: str, seen: set[str]) -> Iterator[Fault]:
    faults = list(expression_faults(text, place))
    yield from faults
    for name in sorted(frozenset() if faults else names(parse(text)) - seen):
        message = _("“%(name)s” is asked only later; a condition may only look back.") % {"name": name}
        yield Fault(place, "catalogue.looks_forward", message)


def _question(look: Look, place: str, item: ActivityField, seen: set[str]) -> Iterator[Fault]:
    if item.id in seen:
        yield Fault(place, "catalogue.twice", _("This question is asked twice."))
    if item.list and not look.knows("lists", item.list):
        message = _("There is no list “%(id)s” in lists/.") % {"id": item.list}
        yield Fault(place, "catalogue.unknown_list", message)
    if item.type == "choice" and not (item.list or item.options):
        yield Fault(place, "catalogue.no_choices", _("A choice needs a list, or options of its own."))
    words = f"{item.id} {item.title.vi} {item.title.fr} {item.title.en}"
    if SECRET.search(re.sub(r"[._]", " ", fold(words))):
        yield Fault(
            place, "catalogue.asks_for_secret", _("No form may ask for a password or a one-time code.")
        )


CHECKS = (questions_of_activities_can_be_asked,)
