"""A pattern gives what its template would give, and keeps nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.template import Template
from django.utils import translation
from django.utils.safestring import mark_safe

from dinh.web.components import patterns
from dinh.web.components.patterns import MOST, Pattern

SOURCE = (
    '{% load i18n %}<a href="{{ url }}">{{ name }}{% if danger %}!{% endif %}</a>{% translate "Search" %}'
)


@pytest.fixture
def pattern(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pattern]:
    template = Template(SOURCE)
    monkeypatch.setattr(patterns, "compiled", lambda _name: template)
    with translation.override("en"):
        yield Pattern("any.html", ("url", "name"))


def plainly(marks: Mapping[str, str]) -> dict[str, Any]:
    return {"danger": False}


def test_blanks_are_filled_and_escaped_each_time(pattern: Pattern) -> None:
    first = pattern.draw("plain", plainly, url="/a", name="Vàng <b>")
    second = pattern.draw("plain", plainly, url="/b", name=mark_safe("<i>Giáy</i>"))

    assert first == '<a href="/a">Vàng &lt;b&gt;</a>Search'
    assert second == '<a href="/b"><i>Giáy</i></a>Search'


def test_it_is_drawn_once_for_each_variant_and_language(pattern: Pattern) -> None:
    asked: list[str] = []

    def context(marks: Mapping[str, str]) -> dict[str, Any]:
        asked.append(translation.get_language() or "")
        return {"danger": len(asked) > 1}

    for _time in range(2):
        pattern.draw("calm", context, url="", name="")
        assert "!" in pattern.draw("danger", context, url="", name="")
        with translation.override("vi"):
            assert "Tìm" in pattern.draw("danger", context, url="", name="")

    assert asked == ["en", "en", "vi"]


def test_what_is_kept_holds_no_value_and_has_an_end(pattern: Pattern) -> None:
    for number in range(MOST + 5):
        pattern.draw(number, plainly, url="/secret", name="secret")

    assert len(pattern._kept) <= MOST
    assert "secret" not in str(pattern._kept)


def test_a_blank_without_a_value_is_a_fault(pattern: Pattern) -> None:
    with pytest.raises(KeyError):
        pattern.draw("plain", plainly, url="/a")
