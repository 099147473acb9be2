"""The expression language is total: whatever is asked of whatever was answered, there is a value."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dinh.catalogue.expressions import evaluate, from_json, parse, say, to_json, write
from dinh.catalogue.expressions.nodes import (
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
    All,
    Any_,
    Calculate,
    Call,
    Choose,
    Compare,
    Constant,
    In,
    Name,
    Node,
    Not,
    Today,
)
from dinh.lib.errors import Invalid

SAFE = 2**53 - 1
NAMES = ("a", "b", "child.birth", "members")
dates = st.dates().map(date.isoformat)
texts = st.one_of(st.text(max_size=8), dates, dates.map(lambda d: d[:7]), dates.map(lambda d: d[:4]))
scalars = st.one_of(st.booleans(), st.integers(-SAFE, SAFE), texts.filter(lambda t: "\x00" not in t))
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.binary(max_size=4), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
answers = st.dictionaries(st.sampled_from(NAMES), anything)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pair = st.lists(inner, min_size=2, max_size=3).map(tuple)
    calls = [
        st.builds(Call, st.just(function), st.tuples(*[inner] * count))
        for function, count in FUNCTIONS.items()
    ]
    return st.one_of(
        inner.map(Not),
        pair.map(All),
        pair.map(Any_),
        st.builds(Compare, st.sampled_from(COMPARISONS), inner, inner),
        st.builds(Calculate, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(In, inner, st.lists(scalars, max_size=3).map(tuple)),
        st.builds(Choose, inner, inner, inner),
        *calls,
    )


leaves = st.one_of(scalars.map(Constant), st.sampled_from(NAMES).map(Name), st.just(Today()))
nodes: st.SearchStrategy[Node] = st.recursive(leaves, _grow, max_leaves=8)


@given(nodes, answers, st.dates())
@settings(max_examples=400, deadline=None)
def test_evaluate_always_gives_a_value_of_the_language(
    node: Node, known: dict[str, Any], today: date
) -> None:
    value = evaluate(node, known, today)

    assert value is None or isinstance(value, bool | int | str | list)
    assert not isinstance(value, int) or abs(value) <= SAFE


@given(nodes)
@settings(max_examples=200, deadline=None)
def test_a_tree_survives_json_and_text(node: Node) -> None:
    assert from_json(to_json(node)) == node
    try:
        again = parse(write(node))
    except Invalid:  # longer than an expression may be
        assert len(write(node)) > 1000
    else:
        assert again == node
    assert all(say(node, language) for language in ("vi", "fr", "en"))


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_parse_reads_or_refuses_and_never_breaks(text: str) -> None:
    try:
        node = parse(text)
    except Invalid as refused:
        assert len(refused.faults) == 1
    else:
        assert from_json(to_json(node)) == node


@given(nodes, answers, st.dates())
@settings(max_examples=200, deadline=None)
def test_and_or_and_not_obey_de_morgan(node: Node, known: dict[str, Any], today: date) -> None:
    other = Name("a")

    both = evaluate(Not(All((node, other))), known, today)
    either = evaluate(Any_((Not(node), Not(other))), known, today)

    assert both == either
