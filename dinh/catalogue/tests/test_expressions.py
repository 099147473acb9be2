"""The expression language: the golden examples, what is refused, and the words it is told in."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from dinh.catalogue.expressions import evaluate, from_json, names, parse, rename, say, to_json, write
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.store import shipped
from dinh.lib.errors import Broken, Invalid

EXAMPLES = json.loads((shipped() / "examples" / "expressions.json").read_text("utf-8"))["examples"]
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_evaluate_gives_the_golden_answer(example: dict[str, Any]) -> None:
    node = parse(example["expression"])
    today = date.fromisoformat(example["today"])

    value = evaluate(node, example["answers"], today)

    assert (type(value), value) == (type(example["expected"]), example["expected"])
    assert evaluate(from_json(example["tree"]), example["answers"], today) == value
    assert to_json(node) == example["tree"]
    assert sorted(names(node)) == example["names"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("1.5 > copies", "whole numbers", id="a-float"),
        pytest.param("copies > 1e3", "whole numbers", id="a-float-in-disguise"),
        pytest.param("record == None", "whole numbers", id="none"),
        pytest.param("copies > 9007199254740992", "whole numbers", id="too-large-for-javascript"),
        pytest.param("a.b.c == 1", "two parts", id="three-parts"),
        pytest.param("open('x')", "Only these functions", id="another-function"),
        pytest.param("birth.year()", "Only these functions", id="a-method"),
        pytest.param("age(birth, today)", "1 value", id="too-many-values"),
        pytest.param("count(rows=members)", "1 value", id="a-keyword"),
        pytest.param("members[0]", "not part of the language", id="indexing"),
        pytest.param("lambda: 1", "not part of the language", id="lambda"),
        pytest.param("[x for x in members]", "not part of the language", id="a-loop"),
        pytest.param("copies / 2", "not part of the language", id="division"),
        pytest.param("2 ** 99", "not part of the language", id="power"),
        pytest.param("x is True", "Compare with", id="identity"),
        pytest.param("x in other", "square brackets", id="in-something-unknown"),
        pytest.param("x in [other]", "whole numbers", id="in-a-list-of-names"),
        pytest.param("x := 1", "can be read", id="an-assignment"),
        pytest.param("", "can be read", id="nothing"),
        pytest.param("(" * 300, "can be read", id="brackets-without-end"),
        pytest.param("not " * 60 + "x", "nested too deeply", id="too-deep"),
        pytest.param("x" * 1001, "1,000 characters", id="too-long"),
    ],
)
def test_parse_refuses_what_is_not_in_the_language(text: str, said: str) -> None:
    with override("en"), pytest.raises(Invalid) as refused:
        parse(text)

    assert len(refused.value.faults) == 1
    assert said in str(refused.value.faults[0].message)


def test_from_json_refuses_an_unknown_operator() -> None:
    with pytest.raises(Broken):
        from_json(["eval", "1"])


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("vi", "tuổi theo «Ngày sinh» từ 75 trở lên hoặc «Hộ» là một trong: Hộ nghèo"),
        ("fr", "l’âge d’après « Ngày sinh » est d’au moins 75 ou « Hộ » figure parmi : Ménage pauvre"),
        ("en", "the age from “Ngày sinh” is at least 75 or “Hộ” is one of: Poor household"),
    ],
)
def test_say_tells_a_condition_in_words(language: str, sentence: str) -> None:
    poor = Text(vi="Hộ nghèo", fr="Ménage pauvre", en="Poor household")

    said = say(
        "age(birth) >= 75 or household in ['poor']",
        language,
        titles={"birth": "Ngày sinh", "household": "Hộ"},
        choices={"household": {"poor": poor}},
    )

    assert said == sentence


def test_say_tells_every_kind_of_node() -> None:
    text = "not (present(a) and not present(b)) or count(c) + 1 - 2 * d != min(e, 3) or (x if y == True else today) == 'z'"

    said = {language: say(text, language) for language in ("vi", "fr", "en")}

    assert said["vi"] == (
        "không phải: (đã trả lời «a» và chưa trả lời «b») hoặc số dòng của «c» cộng 1 trừ 2 nhân «d» không phải là "
        "số nhỏ hơn trong «e» và 3 hoặc («x» nếu «y» là có, nếu không thì hôm nay) là «z»"
    )
    assert len(set(said.values())) == 3


def test_rename_moves_an_expression_into_a_group() -> None:
    node = parse("age(birth) < 18 and scope not in ['me'] if 1 <= copies else today")

    moved = rename(node, lambda id: f"child.{id}" if id == "birth" else id)

    assert names(moved) == {"child.birth", "scope", "copies"}
    assert parse(write(moved)) == moved
