"""Task rules: facts and anchors that exist, reasons and procedures that are declared."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look, expression_faults
from dinh.catalogue.expressions import names, parse
from dinh.catalogue.shapes.task import ANCHORS, BIRTHDAY, FACTS
from dinh.lib.errors import Fault

OLDEST = 120


def conditions_of_tasks_name_facts(look: Look) -> Iterator[Fault]:
    """Conditions of rules can be read, and ask what is known of their subject; so do anchors."""
    for id, rule in look.catalogue.tasks.items():
        where = look.where("tasks", id)
        unreadable = list(expression_faults(rule.condition, f"{where}: condition")) if rule.condition else []
        yield from unreadable
        asked = names(parse(rule.condition)) if rule.condition and not unreadable else frozenset()
        for name in sorted(asked - FACTS[rule.applies_to].keys()):
            message = _("Nothing called “%(name)s” is known of this subject. Known: %(known)s.")
            known = {"name": name, "known": ", ".join(sorted(FACTS[rule.applies_to]))}
            yield Fault(f"{where}: condition", "catalogue.unknown_fact", message % known)
        if rule.anchor not in ANCHORS[rule.applies_to]:
            message = _("There is no day “%(name)s” of this subject. Known: %(known)s.")
            known = {"name": rule.anchor, "known": ", ".join(sorted(ANCHORS[rule.applies_to]))}
            yield Fault(f"{where}: anchor", "catalogue.unknown_anchor", message % known)
        elif (rule.anchor == BIRTHDAY) != bool(rule.ages) or not all(0 < age <= OLDEST for age in rule.ages):
            message = _(
                "Give the ages of a rule that counts from a birthday, between 1 and 120; of no other rule."
            )
            yield Fault(f"{where}: ages", "catalogue.ages_of_a_birthday", message)


def tasks_name_reasons_and_procedures(look: Look) -> Iterator[Fault]:
    """Reasons for skipping, and the procedure that is prepared."""
    codes = look.codes("skip_reasons")
    for id, rule in look.catalogue.tasks.items():
        where = look.where("tasks", id)
        for code in sorted(set(rule.skip_reasons) - codes if codes is not None else ()):
            message = _("List “%(list)s” has no entry “%(code)s”.") % {"list": "skip_reasons", "code": code}
            yield Fault(f"{where}: skip_reasons", "catalogue.unknown_code", message)
        if rule.procedure is not None and not look.knows("procedures", rule.procedure):
            message = _("There is no procedure “%(id)s” in procedures/.") % {"id": rule.procedure}
            yield Fault(f"{where}: procedure", "catalogue.unknown_procedure", message)


CHECKS = (conditions_of_tasks_name_facts, tasks_name_reasons_and_procedures)
