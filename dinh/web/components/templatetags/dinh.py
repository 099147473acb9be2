"""Template tags of the house, known in every template without `{% load %}`.

Tags that stand in long lists (`state`, `date`, `icon`, `number`) make their few
characters in Python; they never include a template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import datetime as Instant
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from dinh.catalogue import citing
from dinh.lib import dates, money, sizes
from dinh.web.components import lines, states
from dinh.web.components.drawing import compiled, draw_field
from dinh.web.components.fields import FieldView
from dinh.web.components.forms import from_bound
from dinh.web.components.notes import Problem, problems
from dinh.web.components.patterns import Pattern
from dinh.web.components.states import show_state

register = template.Library()
_ACCOUNT = Pattern("components/account.html", ("before", "given", "csrf_token", "languages"))


def _language() -> str:
    return get_language() or "vi"


@register.simple_tag
def field(view: FieldView | BoundField) -> SafeString:
    """Draw one question, declared or of a Django form."""
    return draw_field(from_bound(view) if isinstance(view, BoundField) else view)


@register.simple_tag
def error_summary(faults: BaseForm | Sequence[Any] | None) -> SafeString:
    """Draw what is wrong, with a link to each question; nothing when nothing is wrong."""
    found: list[Problem] = problems(faults)
    if not found:
        return SafeString("")
    return SafeString(
        compiled("components/bits/error_summary.html").render(template.Context({"problems": found}))
    )


@register.simple_tag
def state(value: str | int, text: str = "") -> SafeString:
    """Draw a state as word, shape and colour: "late", "soon", "genuine", a national status 1 to 10."""
    return show_state(value, text, _language())


@register.filter
def standing(dossier: Any) -> str | int:
    """Return the state of a dossier as `state` draws it."""
    return states.standing(dossier.status, dossier.local_status)


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("dinh/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a symbol of the sprite; with a label it speaks, without one it is decoration."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            _sprite(),
            name,
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


@register.simple_tag
def date(value: Day | Instant | str | None) -> str:
    """Show a date, full or partial: 22/11/2026, 03/1951, 1951."""
    if isinstance(value, Instant):
        value = dates.local_date(value)
    return dates.show_date(value, _language())


@register.simple_tag
def datetime(value: Instant | None) -> str:
    """Show an instant in Viet Nam's time."""
    return dates.show_datetime(value, _language())


@register.simple_tag
def vnd(amount: int | None) -> str:
    """Show an amount in đồng, never broken over two lines: 8.000 đ."""
    return "" if amount is None else money.show_vnd(amount, _language()).replace(" ", "\u00a0")


@register.simple_tag
def number(value: int | float | Decimal | None, digits: int = 0) -> str:
    """Show a number with the language's marks: 1.349."""
    return "" if value is None else money.show_number(value, _language(), digits)


@register.filter
def file_size(size_bytes: int) -> str:
    """Show the size of a file, never broken over two lines: 1,5 MB, in French 1,5 Mo."""
    return sizes.show_size(size_bytes, _language()).replace(" ", "\u00a0")


@register.filter
def cite(source: str) -> str:
    """Name a source of the law in the reader's language: "Luật 60/2014/QH13, Điều 34"."""
    return citing.cite(source, _language())


@register.filter
def given_name(full_name: str) -> str:
    """Return the name people are called by: the last word, "Phúc" of "Vàng Văn Phúc"."""
    return full_name.rpartition(" ")[2]


@register.filter
def before_given(full_name: str) -> str:
    """Return what stands before the given name, with its space: "Vàng Văn "."""
    head, space, _given = full_name.rpartition(" ")
    return head + space


@register.inclusion_tag("components/bits/pager.html")
def pager(previous_url: str = "", next_url: str = "", text: str = "") -> dict[str, str]:
    """Draw the way to the pages before and after (keyset paging knows no page numbers)."""
    return {"previous_url": previous_url, "next_url": next_url, "text": text}


@register.inclusion_tag("components/bits/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """Draw "nothing here": a sentence and a next step. (`empty` itself belongs to `{% for %}`.)"""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("components/bits/notice.html")
def notice(kind: str, text: str, title: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """Draw a notice: kind is info, gold, green or red."""
    return {"kind": kind, "text": text, "title": title, "url": url, "label": label}


@register.simple_tag
def timeline(events: Sequence[Mapping[str, str]]) -> SafeString:
    """Draw events in order: each has `title`, `at` (text), `who`, `note` and `state` ("done", "now", "next")."""
    return lines.timeline(events)


@register.simple_tag
def answer(line: Any, register: str) -> SafeString:
    """Draw one answer of a dossier with who gave it and what the register says; `register` is that word."""
    return lines.answer(line, register)


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> SafeString:
    """Draw the ways to the same page in other languages."""
    return lines.languages(context.get("languages") or (), gettext("Language"))


@register.simple_tag(takes_context=True)
def account_menu(context: template.Context, tongues: bool = False) -> SafeString:
    """Draw the menu of who is signed in, or the way to sign in; `tongues` puts the languages into it too."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return _ACCOUNT.draw("nobody", lambda _marks: {"kind": ""})
    unread = int(str(context.get("unread") or 0))  # a lazy number must not be kept: it holds the request
    return _ACCOUNT.draw(
        (user.kind, unread, tongues),
        lambda _marks: {"kind": user.kind, "unread": unread, "tongues": tongues},
        before=before_given(user.full_name),
        given=given_name(user.full_name),
        csrf_token=str(context.get("csrf_token", "")),
        languages=languages(context) if tongues else "",
    )
