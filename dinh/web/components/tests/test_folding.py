"""Constant parts of templates are joined, drawn once for each language, and nothing else is."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, Template
from django.utils import translation

from dinh.web.components.folding import Kept, fold

ENGINE = Engine(libraries={"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"})


def compiled(text: str) -> Template:
    template = Template(text, engine=ENGINE)
    fold(template.nodelist)
    return template


def test_words_and_plain_addresses_become_one_piece_in_each_language() -> None:
    template = compiled(
        '{% load i18n %}<a href="{% url "account_login" %}">{% translate "Sign in" %}</a>{{ name }}'
    )
    with translation.override("vi"):
        vietnamese = template.render(Context({"name": "<An>"}))
    with translation.override("fr"):
        french = template.render(Context({"name": "<An>"}))

    assert len(template.nodelist.get_nodes_by_type(Kept)) == 1
    assert vietnamese.startswith('<a href="/vi/')
    assert french.startswith('<a href="/fr/')
    assert vietnamese.endswith("&lt;An&gt;")


@pytest.mark.parametrize(
    "changing",
    ["{{ x }}", '{% url "portal:procedure" x %}', "{% translate x %}", '{% translate "Name" as x %}{{ x }}'],
)
def test_what_depends_on_the_page_is_drawn_anew(changing: str) -> None:
    template = compiled("{% load i18n %}" + changing)

    with translation.override("en"):
        first = template.render(Context({"x": "birth_registration"}))
        second = template.render(Context({"x": "death_registration"}))

    assert (first != second) == ("as x" not in changing)


def test_what_stands_in_a_condition_or_a_loop_is_joined_too() -> None:
    template = compiled(
        '{% load i18n %}{% for one in all %}{% if one %}<b>{% translate "Yes" %}</b>{% else %}-{% endif %}{% endfor %}'
    )

    with translation.override("en"):
        assert template.render(Context({"all": [1, 0, 1]})) == "<b>Yes</b>-<b>Yes</b>"
    assert len(template.nodelist.get_nodes_by_type(Kept)) >= 1
