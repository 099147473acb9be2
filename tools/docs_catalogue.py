"""Reference pages written from shapes and catalogue; `docs.py` writes them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

KINDS = {
    "procedures": "Administrative procedures.",
    "forms": "Groups of questions that procedures share.",
    "registers": "Books whose records have legal force.",
    "roles": "What a person may do.",
    "lists": "Code lists.",
    "calendars": "Working days and desk hours.",
    "places": "Later decrees, corrections and traits of units.",
    "offices": "Offices of a commune and agency codes.",
    "scenarios": "Demonstrations.",
    "tasks": "Rules by which tasks of the teams come about.",
    "activities": "What a member of a team does at a house, asked on a telephone without network.",
    "guidance": "Cards of advice that members read, or listen to, on a telephone.",
    "measures": "What is counted, month by month, at the lowest place.",
    "indicators": "Figures made of measures, worked out anew at each level.",
    "reports": "Official documents whose numbers are figures.",
}


def page(title: str, *lines: str) -> str:
    """Return a page with the note that nobody should edit it."""
    note = "<!-- Written by tools/docs.py from shapes, catalogue and code. Do not edit: run `make docs`. -->"
    return "\n".join([f"# {title}", "", note, "", *lines]).rstrip() + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return the lines of a table and an empty line."""
    heads = list(heads)
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [
        f"| {' | '.join(str(cell).replace('|', '&#124;').replace(chr(10), ' ') for cell in row)} |"
        for row in rows
    ]
    return [*lines, ""]


def catalogue_page() -> str:
    """Folders, files and the fields of every shape."""
    from dinh.catalogue import store

    lines = [
        "Everything that law or a province decides is a TOML file, one item each: `catalogue/KIND/ID.toml`.",
        "Codes are texts in quotation marks, dates are bare (`2025-07-01`). `dinh catalogue check` reports every",
        "fault of every file at once, with its place; `dinh catalogue schema` exports JSON Schemas for editors;",
        "`dinh catalogue show procedure ID` prints a procedure for readers.",
        "",
        *table(
            ["folder", "what", "items"], ((k, KINDS[k], len(getattr(store.get(), k))) for k in store.SHAPES)
        ),
        "## A province's own folder",
        "",
        "`DINH_CATALOGUE_PATHS` names folders of the same shape, read in order after the shipped one. A file of the same",
        "name replaces the whole item. A file `ID.override.toml` changes only what it names; items of a list are named by",
        "their stable id. What changes legal effect needs a `version` of its own:",
        "",
        "```toml",
        "# procedures/certified_copy.override.toml",
        'version = "2026.1-laocai"',
        "[fees.pages]",
        "amount_vnd = 1500",
        'source = "Resolution of the provincial council"',
        "```",
        "",
        "## Versions",
        "",
        "Procedures and registers declare a `version`. Its digest covers questions (by id), conditions, papers, limits,",
        "fees, steps, effects and results; titles, help and search words may improve without a new version. The same",
        "version with another digest is refused when the node starts; every published version is kept.",
        "",
    ]
    for kind in store.SHAPES:
        lines += [f"## `{kind}`", "", *_shapes(store.SHAPES[kind].model_json_schema())]
    return page("Catalogue: kinds, shapes, versions", *lines)


def _shapes(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the fields of a shape and of the shapes within it."""
    within = schema.get("$defs", {})
    for shape in (schema, *(within[name] for name in sorted(within) if name not in {"Text", "Field"})):
        yield from _shape(shape)
    if "Field" in within and schema["title"] == "FieldGroup":
        yield from _shape(within["Field"])
    elif "Field" in within:
        yield from ["The shape `Field` stands under `forms`.", ""]


def _shape(shape: dict[str, Any]) -> Iterator[str]:
    needed = set(shape.get("required", ()))
    yield from [f"**{shape['title']}**: {shape.get('description', '').split(chr(10))[0]}", ""]
    yield from table(
        ["field", "type", "", "meaning"],
        (
            (
                f"`{name}`",
                f"`{_type(field)}`",
                "required" if name in needed else "",
                field.get("description", ""),
            )
            for name, field in shape["properties"].items()
        ),
    )


def _type(field: dict[str, Any]) -> str:
    """Return a short name for the type of a field."""
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[-1])
    if "enum" in field:
        return ", ".join(map(str, field["enum"]))
    if "anyOf" in field:
        return " or ".join(_type(part) for part in field["anyOf"] if part.get("type") != "null")
    if "items" in field or "prefixItems" in field:
        return f"list of {_type(field['items'])}" if "items" in field else "list"
    if field.get("type") == "object":
        return "table"
    if field.get("type") == "string":
        return "date" if field.get("format") == "date" else "text"
    return str(field.get("type", "any"))


def expressions_page() -> str:
    """The language of conditions, with its golden examples."""
    from dinh.catalogue.expressions import evaluator, nodes
    from dinh.catalogue.store import shipped

    examples = json.loads((shipped() / "examples" / "expressions.json").read_text("utf-8"))["examples"]
    return page(
        "Expressions: the language of conditions",
        "`visible_if`, `required_if`, eligibility, fees and effects are written in one small language, a subset of Python's",
        "expressions. Names are field ids (`child.birth`); `today` is the day on which the condition is asked.",
        "",
        "- values: texts in quotation marks, whole numbers, `True`, `False`",
        "- `and`, `or`, `not`, `A if CONDITION else B`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in [...]`, `not in [...]`",
        "- `+`, `-`, `*` with whole numbers; a date plus or minus days",
        f"- functions: {', '.join(f'`{name}`' for name in nodes.FUNCTIONS)}",
        "",
        *(evaluator.__doc__ or "").splitlines(),
        "",
        "## Golden examples",
        "",
        "Every evaluator must answer these (`catalogue/examples/expressions.json`, with the tree of each expression);",
        "`null` stands for unknown.",
        "",
        *table(
            ["situation", "expression", "answers", "today", "value"],
            (
                (
                    e["name"],
                    f"`{e['expression']}`",
                    f"`{_json(e['answers'])}`",
                    e["today"],
                    f"`{_json(e['expected'])}`",
                )
                for e in examples
            ),
        ),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def procedures_page() -> str:
    """Each procedure as a sheet, in English, with its titles in three languages."""
    from dinh.catalogue import store
    from dinh.catalogue.sheet import sheet

    catalogue = store.get()
    rows = [
        (f"[`{p.id}`](#{p.id})", p.code, p.title.vi, p.title.fr, p.title.en)
        for p in catalogue.procedures.values()
    ]
    lines = table(["id", "code", "tiếng Việt", "français", "English"], rows)
    lines += [
        "`dinh catalogue show procedure ID --language vi` prints the same sheet in Vietnamese or French.",
        "",
    ]
    for procedure in catalogue.procedures.values():
        lines += [f'<a id="{procedure.id}"></a>', "", f"## {procedure.title.en}", ""]
        for part in sheet(procedure, catalogue, "en"):
            lines += [f"### {part.title}", ""]
            for row in part.rows:
                lines.append(f"- {row}" if isinstance(row, str) else f"  - {row[0]}: {row[1]}")
            lines.append("")
    return page("Procedures", *lines)


def roles_page() -> str:
    """Roles by permission."""
    from dinh.catalogue import store

    roles = store.get().roles
    lines = table(
        ["role", "tiếng Việt", "français", "English", "sectors", "opens on"],
        (
            (f"`{r.id}`", r.title.vi, r.title.fr, r.title.en, ", ".join(r.sectors) or "all", r.home)
            for r in roles.values()
        ),
    )
    return page("Roles", *lines, "What each may do stands in [permissions](permissions.md).")


def permissions_page() -> str:
    """Permissions, and which roles have them."""
    from dinh.catalogue import store

    catalogue = store.get()
    holders: Callable[[str], str] = lambda code: ", ".join(  # noqa: E731 - one expression, used once
        f"`{role.id}`" for role in catalogue.roles.values() if code in role.permissions
    )
    entries = catalogue.lists["permissions"].entries
    return page(
        "Permissions",
        "A role gives its permissions over the units and procedures of the grant. Which step of a procedure a role may do",
        "is declared by the procedure (`steps[].role`).",
        "",
        *table(
            ["permission", "tiếng Việt", "English", "roles"],
            ((f"`{e.code}`", e.title.vi, e.title.en, holders(e.code)) for e in entries),
        ),
    )


def glossary_page() -> str:
    """Legal terms in three languages."""
    from dinh.catalogue import store

    entries = sorted(store.get().lists["glossary"].entries, key=lambda entry: entry.title.en.casefold())
    return page(
        "Glossary: legal terms, Vietnamese – French – English",
        "The Vietnamese term is the one of the law. Written from `catalogue/lists/glossary.toml`.",
        "",
        *table(
            ["English", "tiếng Việt", "français", "where it stands, source"],
            ((e.title.en, e.title.vi, e.title.fr, e.note) for e in entries),
        ),
    )


def scenarios_page() -> str:
    """Demonstrations and their figures."""
    from dinh.catalogue import store

    lines = ["`dinh demo NAME` builds a demonstration by the real actions, from its file and its seed.", ""]
    for id, scenario in store.get().scenarios.items():
        lines += [f"## {scenario.title.en}", "", f"`{id}`, seed {scenario.seed}. {scenario.source}.", ""]
        lines += table(["value", "is"], ((f"`{name}`", value) for name, value in _flat(scenario.values)))
    return page("Scenarios: demonstrations", *lines)


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", ", ".join(map(str, value)) if isinstance(value, tuple | list) else value
