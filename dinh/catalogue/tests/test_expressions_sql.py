"""Expressions as SQL: on three engines what the Python evaluator says, for the golden examples and generated rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import duckdb
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinh.catalogue.expressions import evaluate, parse, rename, sql
from dinh.catalogue.expressions.nodes import Node
from dinh.catalogue.store import shipped
from dinh.catalogue.tests.test_expression_properties import nodes
from dinh.lib.errors import Invalid

EXAMPLES = json.loads((shipped() / "examples" / "expressions.json").read_text("utf-8"))["examples"]
TYPES = {"boolean": bool, "integer": int, "text": str, "date": str}
Ask = Callable[[str], object]
Row = Mapping[str, tuple[str, Any]]  # name -> (type of its column, value)


def _sqlite() -> Ask:
    database = sqlite3.connect(":memory:")
    return lambda text: database.execute(text).fetchone()[0]


def _duckdb() -> Ask:
    database = duckdb.connect()

    def ask(text: str) -> object:
        found = database.execute(text).fetchone()
        assert found is not None
        return found[0]

    return ask


def _postgresql() -> Ask:
    def ask(text: str) -> object:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchone()[0]

    return ask


def engines() -> dict[sql.Vendor, Ask]:
    """Return what there is to ask; PostgreSQL when the tests run on it."""
    found: dict[sql.Vendor, Ask] = {"sqlite": _sqlite(), "duckdb": _duckdb()}
    if connection.vendor == "postgresql":
        found["postgresql"] = _postgresql()
    return found


def literal(kind: str, value: Any, vendor: str) -> str:
    """Return a column's value as SQL."""
    native = {
        "boolean": "BOOLEAN",
        "integer": "BIGINT",
        "text": "TEXT",
        "date": "TEXT" if vendor == "sqlite" else "DATE",
    }[kind]
    if value is None:
        return f"CAST(NULL AS {native})"
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    text = str(value) if kind == "integer" else sql.text_constant(value)
    return text if vendor == "sqlite" and kind == "date" else f"CAST({text} AS {native})"


def asked(node: Node, row: Row, today: date, vendor: sql.Vendor, ask: Ask) -> object:
    """Return the value that an engine gives for one row."""
    day = literal("date", today.isoformat(), vendor)
    found = sql.value(node, {name: kind for name, (kind, _) in row.items()}, vendor, day)
    columns = ", ".join(f"{literal(kind, value, vendor)} AS {name}" for name, (kind, value) in row.items())
    answer = ask(f"SELECT {found.text} FROM (SELECT {columns or '1 AS one'}) AS facts")  # noqa: S608 - our own
    return bool(answer) if found.kind == "bool" and answer is not None else answer


def row_of(example: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return the answers of an example as a row: a column of the type of each value, text where nothing is known."""
    kinds = {bool: "boolean", int: "integer", str: "text", type(None): "text"}
    missing = dict.fromkeys(example["names"], ("text", None))
    given = {name: (kinds.get(type(value), "list"), value) for name, value in example["answers"].items()}
    return {name.replace(".", "_"): found for name, found in (missing | given).items()}


@pytest.mark.django_db
def test_the_golden_examples_give_the_same_on_every_engine() -> None:
    refused, told, found_engines = [], 0, engines()
    for example in EXAMPLES:
        row = row_of(example)
        node = parse_again(parse(example["expression"]))
        plain = {name: value for name, (_, value) in row.items()}
        today = date.fromisoformat(example["today"])
        assert evaluate(node, plain, today) == example["expected"]
        for vendor, ask in found_engines.items():
            try:
                found = asked(node, row, today, vendor, ask)
            except Invalid as outside:
                refused.append((example["name"], outside.code))
                continue
            assert (type(found), found) == (type(example["expected"]), example["expected"]), (
                vendor,
                example["name"],
            )
            told += 1

    assert told > 8 * len(refused)
    assert {code for _, code in refused} <= {"catalogue.not_of_the_profile", "catalogue.unknown_column"}


dates = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
partial = st.one_of(
    dates,
    dates.map(lambda d: d[:7]),
    dates.map(lambda d: d[:4]),
    st.sampled_from(["2026-02-30", "0000", "2026-13"]),
)
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4)
columns = {
    "boolean": st.booleans(), "integer": st.integers(-(2**62), 2**62), "text": st.one_of(partial, words, st.just(" \u00a0")),
    "date": dates,
}  # fmt: skip
cells = st.sampled_from(sorted(columns)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.one_of(st.none(), columns[kind]))
)
rows = st.fixed_dictionaries({"a": cells, "b": cells, "child_birth": cells, "members": cells})
ENGINES = {"sqlite": _sqlite(), "duckdb": _duckdb()}


def _same(node: Node, row: Row, today: date, found: Mapping[sql.Vendor, Ask]) -> None:
    node = parse_again(node)
    expected = evaluate(node, {name: value for name, (_, value) in row.items()}, today)
    for vendor, ask in found.items():
        try:
            answer = asked(node, row, today, vendor, ask)
        except Invalid:
            continue
        assert (type(answer), answer) == (type(expected), expected), vendor


def parse_again(node: Node) -> Node:
    """Return the expression with names that a view can have."""
    return rename(node, lambda name: name.replace(".", "_"))


@given(nodes, rows, st.dates(date(1, 1, 1), date(9999, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_generated_expressions_give_the_same_without_a_server(node: Node, row: Row, today: date) -> None:
    _same(node, row, today, {"sqlite": ENGINES["sqlite"], "duckdb": ENGINES["duckdb"]})


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL")
@given(node=nodes, row=rows, today=st.dates(date(1, 1, 1), date(9999, 12, 31)))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_expressions_give_the_same_on_postgresql(node: Node, row: Row, today: date) -> None:
    _same(node, row, today, {"postgresql": _postgresql()})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("count(a) > 1", "catalogue.not_of_the_profile"),
        ("c == 1", "catalogue.unknown_column"),
        ("a + 1", "catalogue.not_a_condition"),
        ("id == 'x'", "catalogue.not_of_the_profile"),
        ("(a if flag else b) == 1", "catalogue.not_of_the_profile"),
    ],
)
def test_what_the_measure_profile_does_not_have_is_refused(text: str, code: str) -> None:
    kinds = {"a": "integer", "b": "text", "id": "id", "flag": "boolean"}

    with pytest.raises(Invalid) as refused:
        sql.condition(text, kinds, "sqlite", "date('now')")

    assert refused.value.code == code


def test_a_quotation_mark_stays_within_its_text() -> None:
    text = sql.condition('a == "O\'Neil"', {"a": "text"}, "sqlite", "date('now')")

    assert ENGINES["sqlite"](f"SELECT {text} FROM (SELECT 'O''Neil' AS a)") == 1  # noqa: S608
