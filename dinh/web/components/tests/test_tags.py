"""Tags of every template: states, icons, dates, numbers, pager, timeline."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from dinh.lib.errors import Fault, Invalid
from dinh.web.components.notes import Problem, problems
from dinh.web.components.states import STATES, STATUSES


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("key", [*STATES, *STATUSES])
def test_a_state_is_a_word_a_shape_and_a_colour(key: str | int) -> None:
    with override("en"):
        html = render("{% state key %}", key=key)

    assert 'class="state ' in html
    assert 'aria-hidden="true"' in html
    assert html.split("</span> ")[1].removesuffix("</span>").strip()


def test_a_state_may_be_said_in_other_words() -> None:
    assert "two days late" in render("{% state 'late' 'two days late' %}")


def test_a_state_is_said_in_the_reader_s_language() -> None:
    with override("vi"):
        vietnamese = render("{% state 'late' %}")
    with override("en"):
        english = render("{% state 'late' %}")

    assert vietnamese != english


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'clock' %}")
    assert 'aria-label="Due"' in render("{% icon 'clock' 'Due' %}")


def test_dates_and_amounts_follow_the_house() -> None:
    with override("vi"):
        assert render("{% date d %}", d=date(2026, 11, 22)) == "22/11/2026"
        assert render("{% date d %}", d=datetime(2026, 11, 21, 18, 0, tzinfo=UTC)) == "22/11/2026"
        assert render("{% vnd n %}", n=8000) == "8.000\u00a0đ"
        assert render("{% vnd n %}", n=None) == ""
        assert render("{% number n %}", n=1349) == "1.349"
        assert "22/11/2026" in render("{% datetime d %}", d=datetime(2026, 11, 22, 1, 5, tzinfo=UTC))


def test_a_pager_without_pages_is_nothing() -> None:
    assert "nav" not in render("{% pager '' '' %}")
    assert 'rel="next" href="?after=1"' in render("{% pager '' '?after=1' %}")


def test_a_timeline_says_where_one_stands() -> None:
    events = [{"title": "Received", "at": "08:00", "state": "done"}, {"title": "Examine", "state": "now"}]

    html = render("{% timeline events %}", events=events)

    assert html.count("<li") == 2
    assert 'class="now" aria-current="step"' in html


def test_a_summary_links_to_fields_and_not_to_whole_files() -> None:
    faults = [Fault("child.birth", "x", "Wrong day"), Fault("row 17, column B", "x", "Bad row")]

    found = problems(Invalid("x", faults))

    assert [p.anchor for p in found] == ["id_child-birth", ""]


def test_a_summary_names_each_field_of_a_form_once() -> None:
    class Decree(forms.Form):
        number = forms.CharField(label="Số")
        day = forms.CharField(label="Ngày nào?")

    asked = Decree({})
    asked.is_valid()
    named = [one.named for one in problems(asked)]

    assert [one.partition(" ")[0] for one in named] == ["Số:", "Ngày"]
    assert named[1].startswith("Ngày nào? ")
    # A sentence that names its field already is not given the name again.
    assert Problem("Số: sai", "x", "Số").named == "Số: sai"
