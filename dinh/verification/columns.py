"""How a file of a register calls what the engine takes: from the register's declaration."""

from __future__ import annotations

from dinh.catalogue.shapes.register import Register


def declared(register: Register) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...], frozenset[str]]:
    """Return {part: column titles that bring it}, the parts that a file must have, and those kept as codes of a list."""
    names: dict[str, tuple[str, ...]] = {}
    required, coded = [], set()
    parts = register.person.named() if register.person else {}
    for part, id in (parts | ({"rid": register.key} if register.key else {})).items():
        field = register.field(id)
        titles = (field.title.vi, field.title.fr, field.title.en) if field else ()
        names[part] = (id, *filter(None, titles), *(field.headers if field else ()))
        if field and field.list:
            coded.add(part)
        if field and field.required and part != "rid":
            required.append(part)
    return names, tuple(required), frozenset(coded)


def known_titles(register: Register) -> set[str]:
    """Return the titles, as they are compared, by which a header of the register is told from data."""
    from dinh.verification.engine.formats import plain_title
    from dinh.verification.engine.intake import REGISTER

    names, _required, _coded = declared(register)
    return {plain_title(title) for titles in (*names.values(), *REGISTER.values()) for title in titles}
