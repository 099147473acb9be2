"""Lines that a page repeats: made in Python, because a template takes ten times as long for each.

Every value is escaped here, once; the functions know no request and no table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString, mark_safe


def timeline(events: Sequence[Mapping[str, str]]) -> SafeString:
    """Return events in order: title, time, person, note; the present one is marked."""
    return _safe(f'<ol class="timeline">{"".join(map(_event, events))}</ol>')


def answer(line: Any, register: str) -> SafeString:
    """Return one answer of a dossier: label, value, source, and what the register says instead."""
    parts = [
        f'<div class="answer{" differs" if line.differs else ""}" id="a-{escaped(line.id)}">'
        f'<dt>{escaped(line.label)}</dt><dd><span class="value">{escaped(line.value)}</span>',
        _span("who", line.who),
        _span("who", line.before),
        "</dd>",
    ]
    unlike = '<dd class="register"><span class="mark" aria-hidden="true">≠</span> '
    if line.register:
        parts.append(f"{unlike}<span>{escaped(register)}</span> <b>{escaped(line.register)}</b></dd>")
    elif line.finding:
        parts.append(f"{unlike}{escaped(line.finding)}</dd>")
    return _safe("".join([*parts, "</div>"]))


def languages(links: Sequence[Any], label: str) -> SafeString:
    """Return the ways to the same page in other languages."""
    ways = "".join(
        f'<span lang="{link.code}" aria-current="true">{escaped(link.title)}</span>'
        if link.current
        else f'<a href="{escaped(link.url)}" lang="{link.code}" hreflang="{link.code}">{escaped(link.title)}</a>'
        for link in links
    )
    return _safe(f'<nav class="languages" aria-label="{escaped(label)}">{ways}</nav>')


def _event(event: Mapping[str, str]) -> str:
    state = event.get("state") or "done"
    now = ' aria-current="step"' if state == "now" else ""
    more = "".join(
        _span(name, event.get(key), " ") for name, key in (("when", "at"), ("who", "who"), ("note", "note"))
    )
    return f'<li class="{escaped(state)}"{now}>{_span("what", event.get("title"))}{more}</li>'


def _span(name: str, text: str | None, before: str = "") -> str:
    return f'{before}<span class="{name}">{escaped(text)}</span>' if text else ""


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308  every value in it was escaped above
