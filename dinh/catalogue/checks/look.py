"""What the checks look at: the catalogue, the files it came from, and which ids exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dinh.catalogue import layout
from dinh.catalogue.expressions import parse
from dinh.catalogue.shapes.procedure import Field, FieldGroup, Procedure
from dinh.lib.errors import Fault, Invalid

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue
    from dinh.catalogue.reading import Reading


@dataclass
class Look:
    """One look at a whole catalogue."""

    catalogue: Catalogue
    reading: Reading
    unreadable: frozenset[str] = field(init=False)  # forms with a condition that cannot be read

    def __post_init__(self) -> None:
        forms = self.catalogue.forms.values()
        self.unreadable = frozenset(form.id for form in forms if not _readable(form))

    def knows(self, kind: str, id: str) -> bool:
        """Tell whether an item exists, even if its file has faults of its own."""
        return id in self.reading.items[kind] or (kind, id) in self.reading.unread

    def where(self, kind: str, id: str) -> str:
        """Return the file of an item."""
        source = self.reading.items[kind].get(id)
        return source.where if source else f"{kind}/{id}.toml"

    def codes(self, list_id: str) -> frozenset[str] | None:
        """Return the codes of a list; None when its file cannot be read, so that nothing is concluded."""
        found = self.catalogue.lists.get(list_id)
        return frozenset(entry.code for entry in found.entries) if found else None

    def procedures(self) -> Iterator[tuple[str, Procedure]]:
        """Yield each procedure whose groups are there and readable, with its file."""
        for id, procedure in self.catalogue.procedures.items():
            if used_forms(procedure).issubset(self.catalogue.forms.keys() - self.unreadable):
                yield self.where("procedures", id), procedure

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Yield each question where it is declared: "file: place", field."""
        for id, form in self.catalogue.forms.items():
            for item in form.fields:
                yield f"{self.where('forms', id)}: fields[{item.id}]", item
        for id, register in self.catalogue.registers.items():
            for item in register.fields:
                yield f"{self.where('registers', id)}: fields[{item.id}]", item
        for id, procedure in self.catalogue.procedures.items():
            for page in procedure.pages:
                for item in page.fields:
                    yield f"{self.where('procedures', id)}: pages[{page.id}].fields[{item.id}]", item


def used_forms(procedure: Procedure) -> frozenset[str]:
    """Return the ids of the shared groups that a procedure names."""
    return frozenset(use.use for page in procedure.pages for use in page.groups)


def field_ids(procedure: Procedure) -> frozenset[str]:
    """Return all full field ids."""
    return frozenset(layout.fields(procedure))


def expression_faults(text: str, path: str) -> Iterator[Fault]:
    """Yield the fault of an expression that cannot be read."""
    try:
        parse(text)
    except Invalid as refused:
        for fault in refused.faults:
            yield Fault(path, fault.code, fault.message)


def _readable(form: FieldGroup) -> bool:
    texts = (text for item in form.fields for text in conditions_of(item).values())
    return not any(fault for text in texts for fault in expression_faults(text, ""))


def conditions_of(item: Field) -> dict[str, str]:
    """Return the expressions of a question by where they stand."""
    found = {"required_if": item.required_if, "visible_if": item.visible_if}
    for source in item.prefill:
        path, _given, condition = source.partition(" if ")
        found[f"prefill[{path}]"] = condition
    return {place: text for place, text in found.items() if text}
