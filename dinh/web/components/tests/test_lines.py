"""Lines made in Python: nothing of a value becomes markup."""

from __future__ import annotations

from types import SimpleNamespace

from dinh.web.components import lines

EVIL = '<script>"&'
SAFE = "&lt;script&gt;&quot;&amp;"


def test_an_answer_shows_the_register_beside_it_and_escapes_everything() -> None:
    line = SimpleNamespace(
        id="a", label=EVIL, value=EVIL, who=EVIL, before=EVIL, register=EVIL, finding="", differs=True
    )

    drawn = lines.answer(line, "Register:")

    assert drawn.count(SAFE) == 5
    assert "<script" not in drawn
    assert 'class="answer differs"' in drawn
    assert "<span>Register:</span>" in drawn


def test_a_finding_stands_where_the_register_has_no_value() -> None:
    line = SimpleNamespace(
        id="a", label="L", value="V", who="", before="", register="", finding=EVIL, differs=False
    )

    drawn = lines.answer(line, "Register:")

    assert SAFE in drawn
    assert "Register:" not in drawn
    assert "who" not in drawn


def test_the_present_event_is_marked_and_what_is_unknown_left_out() -> None:
    drawn = lines.timeline([{"title": EVIL, "state": "now"}, {"title": "B", "at": "1/1", "note": "n"}])

    assert f'<li class="now" aria-current="step"><span class="what">{SAFE}</span></li>' in drawn
    assert (
        '<li class="done"><span class="what">B</span> <span class="when">1/1</span> <span class="note">n</span>'
        in drawn
    )


def test_languages_lead_to_the_same_page() -> None:
    links = [
        SimpleNamespace(code="vi", title="Tiếng Việt", url="/vi/?a=1&b=2", current=False),
        SimpleNamespace(code="fr", title="Français", url="/fr/", current=True),
    ]

    drawn = lines.languages(links, "Langue")

    assert '<a href="/vi/?a=1&amp;b=2" lang="vi" hreflang="vi">Tiếng Việt</a>' in drawn
    assert '<span lang="fr" aria-current="true">Français</span>' in drawn
