"""The reference page of registers, written from their declarations; `docs.py` writes it with the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docs_catalogue import page, table

if TYPE_CHECKING:
    from dinh.catalogue.shapes.register import Contradiction, Register, RegisterField


def registers_page() -> str:
    """Each register: fields, whom it names, how fresh its rows must be, what cannot be true at once."""
    from dinh.catalogue import store

    registers = store.get().registers
    domains = {entry.code: entry.title.en for entry in store.get().lists["register_domains"].entries}
    lines = [
        "A register is one file: `catalogue/registers/ID.toml`. *Required*: no row without it. *Needed*: a complete (đủ) row",
        "has it. A value that cannot be read as its type is kept as it was written, beside the record.",
        "",
        *table(
            ["id", "domain", "tiếng Việt", "français", "English", "fields", "contradictions"],
            (
                (
                    f"[`{one.id}`](#{one.id})",
                    domains.get(one.domain, ""),
                    one.title.vi,
                    one.title.fr,
                    one.title.en,
                    len(one.fields),
                    len(one.contradictions),
                )
                for one in registers.values()
            ),
        ),
    ]
    for register in registers.values():
        lines += [f'<a id="{register.id}"></a>', "", f"## {register.title.en}", "", *_sheet(register)]
    return page("Registers", *lines)


def _sheet(register: Register) -> Iterator[str]:
    yield f"`{register.id}`, version {register.version}. {register.source}."
    yield ""
    if register.keeper:
        yield f"- kept by law by: {register.keeper.vi} ({register.keeper.en})"
    yield f"- answers for its rows: `{register.owner_office}`; read by: {_codes(register.readers) or 'all who read registers'}"
    if register.key:
        yield f"- a row is told from the others by `{register.key}`"
    if register.fresh_within_months:
        yield f"- a row is living while somebody confirmed it within {register.fresh_within_months} months"
    yield f"- green from {register.bands.green} %, yellow from {register.bands.yellow} %"
    for role, person in register.people().items():
        said = ", ".join(f"{part.replace('_', ' ')} `{field}`" for part, field in person.named().items())
        yield f"- {role or 'the person it is about'}: {said}"
    yield ""
    yield from table(
        ["field", "type", "", "tiếng Việt", "English", "read by"],
        (
            (
                f"`{field.id}`",
                _type(field),
                "required" if field.required else "needed" if field.needed else "",
                field.title.vi,
                field.title.en,
                _codes(field.readers),
            )
            for field in register.fields
        ),
    )
    if register.contradictions:
        yield from table(
            ["what cannot be", "found by", "what to do", "source"],
            ((one.title.en, _found_by(one), one.advice.en, one.source) for one in register.contradictions),
        )
    for point in register.uncertain:
        yield f"- not confirmed: {point}"
    if register.uncertain:
        yield ""


def _type(field: RegisterField) -> str:
    more = field.list and f"`{field.list}`" or field.measure
    precision = f"to the {field.precision}" if field.precision else ""
    return " ".join(filter(None, [field.type, more, precision]))


def _found_by(one: Contradiction) -> str:
    words: list[str] = [one.kind]
    words += [f"`{value}`" for value in (one.other, one.field, one.other_field) if value]
    words += [
        f"{name} {value}"
        for name, value in (("from", one.minimum_age), ("to", one.maximum_age))
        if value is not None
    ]
    words += [f"where `{text}`" for text in (one.where, one.other_where) if text]
    return " ".join(words)


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(f"`{code}`" for code in codes)
