"""The law is cited in the reader's language, and nothing of the shipped catalogue stays in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from dinh.catalogue import store
from dinh.catalogue.citing import cite

ENGLISH = re.compile(
    r"\b(the|of|and|with|are|is|was|were|seen|for|by|after|before|when|law|decree|decision|resolution|form|"
    r"house|days|working|amended|which|whether|ordinance|charter|clause|circular|knowledge|person|over|their|from|"
    r"one|not|or|words|used)\b",
    re.IGNORECASE,
)


def sources(value: Any) -> Iterator[str]:
    """Return every `source` and every doubt declared in a part of the catalogue."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if name == "source":
                yield inner
            elif name == "uncertain" and isinstance(inner, tuple):
                yield from inner
            else:
                yield from sources(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from sources(inner)


@pytest.mark.parametrize(
    "kind", ["procedures", "roles", "registers", "forms", "lists", "tasks", "measures", "indicators"]
)
@pytest.mark.parametrize("language", ["vi", "fr"])
def test_no_english_is_left(kind: str, language: str) -> None:
    found = {one for item in getattr(store.get(), kind).values() for one in sources(item)}
    assert found

    left = {one: cite(one, language) for one in found if ENGLISH.search(cite(one, language))}

    assert left == {}


@pytest.mark.parametrize(
    ("source", "vi", "fr"),
    [
        (
            "Law 60/2014/QH13, articles 14 and 58 to 60; national code 1.001193",
            "Luật 60/2014/QH13, các Điều 14 và 58 đến 60; mã quốc gia 1.001193",
            "Loi 60/2014/QH13, articles 14 et 58 à 60\N{NO-BREAK SPACE}; code national 1.001193",
        ),
        ("Law 68/2020/QH14, article 27.2", "Luật 68/2020/QH14, khoản 2 Điều 27", "Loi 68/2020/QH14, alinéa 2 de l’article 27"),
        ("Decree 20/2021/NĐ-CP, article 5, clause 1", "Nghị định 20/2021/NĐ-CP, khoản 1 Điều 5", "Décret 20/2021/NĐ-CP, alinéa 1 de l’article 5"),
        (
            "Circular 111/2013/TT-BTC, article 9, point 1.đ; Ordinance 02/2020/UBTVQH14, article 3",
            "Thông tư 111/2013/TT-BTC, điểm đ khoản 1 Điều 9; Pháp lệnh 02/2020/UBTVQH14, Điều 3",
            "Circulaire 111/2013/TT-BTC, point đ de l’alinéa 1 de l’article 9\N{NO-BREAK SPACE}; Ordonnance 02/2020/UBTVQH14, article 3",
        ),
        ("Law 1/2020/QH14, article 9, on land", "Luật 1/2020/QH14, Điều 9, về đất đai", "Loi 1/2020/QH14, article 9, sur le foncier"),
        ("Quy định của tỉnh", "Quy định của tỉnh", "Quy định của tỉnh"),
    ],
)  # fmt: skip
def test_an_act_and_its_article_are_named_as_the_reader_does(source: str, vi: str, fr: str) -> None:
    assert cite(source, "vi") == vi
    assert cite(source, "fr") == fr
    assert cite(source, "en") == source
