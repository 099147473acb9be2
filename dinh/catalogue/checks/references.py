"""Names that must lead somewhere: lists, forms, registers, roles, steps, templates, fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue import layout
from dinh.catalogue.checks.look import Look, field_ids, used_forms
from dinh.catalogue.shapes.procedure import Field
from dinh.lib.errors import Fault

ROOTS = {"applicant", "subject", "household", "record", "answer"}


def forms_exist(look: Look) -> Iterator[Fault]:
    """Shared groups that a procedure uses."""
    for id, procedure in look.catalogue.procedures.items():
        for form in sorted(used_forms(procedure)):
            if not look.knows("forms", form):
                message = _("There is no form “%(id)s” in forms/.") % {"id": form}
                yield Fault(f"{look.where('procedures', id)}: pages", "catalogue.unknown_form", message)


def groups_name_their_fields(look: Look) -> Iterator[Fault]:
    """Questions of a shared group that a use leaves out or prefills."""
    for id, procedure in look.catalogue.procedures.items():
        for page in procedure.pages:
            for use in page.groups:
                form = look.catalogue.forms.get(use.use)
                known = {item.id for item in form.fields} if form else {*use.omit, *use.prefill}
                for name in sorted({*use.omit, *use.prefill} - known):
                    message = _("The form “%(form)s” has no question “%(name)s”.")
                    said = message % {"form": use.use, "name": name}
                    path = f"{look.where('procedures', id)}: pages[{page.id}].groups"
                    yield Fault(path, "catalogue.unknown_field", said)


def choices_exist(look: Look) -> Iterator[Fault]:
    """A choice has one source of choices, and it exists."""
    for path, item in look.fields():
        if item.list and not look.knows("lists", item.list):
            message = _("There is no list “%(id)s” in lists/.") % {"id": item.list}
            yield Fault(f"{path}.list", "catalogue.unknown_list", message)
        elif item.type == "choice" and bool(item.list) == bool(item.options):
            message = _("A choice needs either `list` or `options`.")
            yield Fault(f"{path}.type", "catalogue.choice_of_what", message)
        elif item.type == "record" and not look.knows("registers", item.register_id):
            message = _("There is no register “%(id)s” in registers/.") % {"id": item.register_id}
            yield Fault(f"{path}.register_id", "catalogue.unknown_register", message)


def ids_are_unique(look: Look) -> Iterator[Fault]:
    """Ids that would name two things."""
    for where, procedure in look.procedures():
        named = {
            "pages": [page.id for page in procedure.pages],
            "fields": [item.id for page in layout.pages(procedure) for item in page.fields],
            "documents": [document.id for document in procedure.documents],
            "fees": [fee.id for fee in procedure.fees],
            "steps": [step.id for step in procedure.steps],
        }
        for part, ids in named.items():
            yield from _twice(where, part, ids)
    for id, found in look.catalogue.lists.items():
        yield from _twice(look.where("lists", id), "entries", [entry.code for entry in found.entries])
    for id, register in look.catalogue.registers.items():
        yield from _twice(look.where("registers", id), "fields", [item.id for item in register.fields])
    for path, item in look.fields():
        where, _colon, place = path.partition(": ")
        yield from _twice(where, f"{place}.options", [option.code for option in item.options])


def codes_are_unique(look: Look) -> Iterator[Fault]:
    """Two procedures of one national code."""
    first: dict[str, str] = {}
    for id, procedure in look.catalogue.procedures.items():
        if procedure.code in first:
            message = _("“%(other)s” already has the national code %(code)s.")
            said = message % {"other": first[procedure.code], "code": procedure.code}
            yield Fault(f"{look.where('procedures', id)}: code", "catalogue.duplicate_code", said)
        first.setdefault(procedure.code, id)


def codes_of_lists_exist(look: Look) -> Iterator[Fault]:
    """Sectors and consents of procedures; offices that decide and receive."""
    offices = {office.key for item in look.catalogue.offices.values() for office in item.offices}
    for id, procedure in look.catalogue.procedures.items():
        where = look.where("procedures", id)
        named = [("sector", "sectors", procedure.sector)]
        named += [("consents", "consents", consent) for consent in procedure.consents]
        for place, list_id, code in named:
            codes = look.codes(list_id)
            if codes is not None and code not in codes:
                message = _("List “%(list)s” has no entry “%(code)s”.") % {"list": list_id, "code": code}
                yield Fault(f"{where}: {place}", "catalogue.unknown_code", message)
        for place in ("competent_office", "reception_office"):
            if offices and getattr(procedure, place) not in offices:
                message = _("No office has the key “%(key)s”.") % {"key": getattr(procedure, place)}
                yield Fault(f"{where}: {place}", "catalogue.unknown_office", message)


def templates_exist(look: Look) -> Iterator[Fault]:
    """Templates of results, where the papers are at hand."""
    folders = [folder / "papers" for folder in look.catalogue.folders]
    templates = {file.stem for folder in folders for file in folder.glob("*.typ")}
    if not templates:
        return
    for id, procedure in look.catalogue.procedures.items():
        result = procedure.result
        named = {"result.template": result.template}
        named |= {f"result.variants[{n}].template": v.template for n, v in enumerate(result.variants)}
        for place, template in named.items():
            if template not in templates:
                message = _("There is no template papers/%(id)s.typ.") % {"id": template}
                yield Fault(f"{look.where('procedures', id)}: {place}", "catalogue.unknown_template", message)


def summary_line_names_fields(look: Look) -> Iterator[Fault]:
    """Blanks of the leader's line."""
    for where, procedure in look.procedures():
        known = field_ids(procedure)
        for name in layout.BLANKS.findall(procedure.summary_line):
            if name not in known:
                yield Fault(f"{where}: summary_line", "catalogue.unknown_field", unknown_field(name))


def prefill_leads_somewhere(look: Look) -> Iterator[Fault]:
    """Sources of prefill: known roots, registers and fields."""
    for where, procedure in look.procedures():
        known = field_ids(procedure)
        roots = ROOTS | {use.name for page in procedure.pages for use in page.groups}
        for item in layout.fields(procedure).values():
            for source in item.prefill:
                path = source.partition(" if ")[0]
                root, _dot, rest = path.partition(".")
                good = root in roots and (root != "answer" or rest in known)
                if good and root == "record":
                    good = _in_register(look, rest)
                if not good:
                    message = _("Nothing is known under “%(path)s”.") % {"path": path}
                    yield Fault(f"{where}: fields[{item.id}].prefill", "catalogue.unknown_prefill", message)


def parts_of_fields_exist(look: Look) -> Iterator[Fault]:
    """Fields that other declarations name: `within`, `not_before`, `per`, `subject`."""
    for where, procedure in look.procedures():
        by_id = layout.fields(procedure)
        for item in by_id.values():
            if item.within and (item.within not in by_id or by_id[item.within].type != "place"):
                yield Fault(
                    f"{where}: fields[{item.id}].within",
                    "catalogue.unknown_field",
                    unknown_field(item.within),
                )
            if item.not_before and (item.not_before not in by_id or by_id[item.not_before].type not in DATES):
                yield Fault(
                    f"{where}: fields[{item.id}].not_before",
                    "catalogue.unknown_field",
                    unknown_field(item.not_before),
                )
        for fee in procedure.fees:
            if fee.per and (fee.per not in by_id or not _countable(by_id[fee.per])):
                yield Fault(f"{where}: fees[{fee.id}].per", "catalogue.unknown_field", unknown_field(fee.per))
        if not any(id.startswith(f"{procedure.subject}.") for id in by_id):
            message = _("No group of questions is used under the name “%(name)s”.") % {
                "name": procedure.subject
            }
            yield Fault(f"{where}: subject", "catalogue.unknown_group", message)


DATES = {"date", "partial_date"}


def unknown_field(name: str) -> object:
    """Return the sentence for a field id that does not exist."""
    return _("There is no question “%(name)s” in this procedure.") % {"name": name}


def _countable(item: Field) -> bool:
    return item.type in {"integer", "people"}


def _in_register(look: Look, path: str) -> bool:
    id, _dot, name = path.partition(".")
    register = look.catalogue.registers.get(id)
    if register is None:
        return look.knows("registers", id)
    return name == "id" or name in {item.id for item in register.fields}


def _twice(where: str, part: str, ids: list[str]) -> Iterator[Fault]:
    for id, count in Counter(ids).items():
        if count > 1:
            message = _("“%(id)s” is here %(count)s times; an id names one thing.") % {
                "id": id,
                "count": count,
            }
            yield Fault(f"{where}: {part}[{id}]", "catalogue.duplicate_id", message)


CHECKS = (
    forms_exist, groups_name_their_fields, choices_exist, ids_are_unique, codes_are_unique, codes_of_lists_exist, templates_exist,
    summary_line_names_fields, prefill_leads_somewhere, parts_of_fields_exist,
)  # fmt: skip
