"""The board on a screen on the wall: one group at a time in large letters, totals alone, turning by itself if it may."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dinh.lib.dates import show_datetime
from dinh.web.board import asking, homes, reading, saying
from dinh.web.board.arranging import LEADING
from dinh.web.board.asking import Asked
from dinh.web.board.tiles import Tile, said_of, tile
from dinh.web.board.views.base import language
from dinh.web.board.views.headings import title

MOST = 6  # tiles of one turn: more cannot be read from across a room


def page(request: HttpRequest, asked: Asked, mark: str, *, with_present: bool = False) -> HttpResponse:
    """Show one turn. Figures of fewer than five are left out: anybody may stand before the screen.

    with_present  what stands today takes the place of what stood then
    """
    told = language()
    ids = [id for leading in LEADING.values() for id in leading]
    found = reading.seen(ids, asked, mark, None)
    if with_present:
        then = homes.present(asked)
        now = reading.seen(ids, then, reading.watermark(then), None)
        found = dict(homes.with_present(homes.Home(found, {}, ()), homes.Home(now, {}, ())).found)
    at, waits = reading.freshness(one.now for one in found.values())
    turns: list[tuple[str, list[Tile]]] = []
    for group, leading in LEADING.items():
        safe = [reading.safe(found[id]) for id in leading if id in found]
        drawn = [tile(one, asked, told, said_of(found.values())) for one in safe if one.now.value is not None]
        turns += [(group, drawn[first : first + MOST]) for first in range(0, len(drawn), MOST)]
    here = _number(request, len(turns))
    group, tiles = turns[here] if turns else ("", [])
    more: dict[str, Any] = {"wall": "1"}
    context = {
        "unit_title": saying.unit(asked), "span_title": saying.span(asked), "group": title(group, told) if group else "",
        "tiles": tiles, "number": here + 1, "of": len(turns), "counted": show_datetime(at, told), "waits": waits,
        "locked": bool(found) and all(one.now.locked for one in found.values()),
        "partly": any(one.now.locked for one in found.values()), "query": asked.query(),
        "next_url": f"?{asked.query(**more, turn=str((here + 1) % len(turns) + 1 if turns else 1))}",
        "previous_url": f"?{asked.query(**more, turn=str((here - 1) % len(turns) + 1 if turns else 1))}",
        "month": asking.written(asked.month),
    }  # fmt: skip
    return render(request, "board/wall.html", context)


def _number(request: HttpRequest, turns: int) -> int:
    text = request.GET.get("turn", "")
    return (int(text) - 1) % turns if text.isdecimal() and len(text) < 4 and turns else 0
