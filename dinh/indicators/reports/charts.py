"""A year as columns, and a map of circles, as SVG: the same drawing on a page and on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from dinh.indicators.reports.document import Block
from dinh.lib.money import show_number

INK, SOFT, HAIR, BLUE, PALE = "#1d1b19", "#55504a", "#b9b2a8", "#1f3f68", "#6f8fb5"
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 220, 52, 18, 34
MAP_HEIGHT = 420
NAMED = 12  # places on a map that are named, the largest
FONT = "Noto Sans, sans-serif"


def svg(block: Block) -> str:
    """Return the drawing of a chart or a map; it has no style attribute, so that a strict policy lets it show."""
    return _map(block) if block.what == "map" else _chart(block)


def in_words(block: Block) -> str:
    """Return what a drawing shows, for who cannot see it."""
    if block.what == "map":
        return f"Bản đồ: {block.text}, {len(block.places)} đơn vị."
    told = [(label, one) for label, one in zip(block.labels, block.points, strict=True) if one is not None]
    if not told:
        return f"Biểu đồ: {block.text}. Chưa có số liệu."
    first, last = told[0], told[-1]
    return f"Biểu đồ cột: {block.text}, từ {_number(first[1])} (tháng {first[0]}) đến {_number(last[1])} (tháng {last[0]})."


def _chart(block: Block) -> str:
    most = max((one for one in block.points if one is not None), default=0.0)
    top = _round_up(most)
    step = (WIDTH - LEFT - 8) / max(1, len(block.points))
    high = HEIGHT - TOP - BOTTOM
    parts = [_line(LEFT, HEIGHT - BOTTOM, WIDTH - 8, HEIGHT - BOTTOM, INK)]
    for share in (0.5, 1.0):
        y = HEIGHT - BOTTOM - share * high
        parts += [_line(LEFT, y, WIDTH - 8, y, HAIR), _text(LEFT - 6, y + 4, _number(top * share), "end")]
    for number, (label, value) in enumerate(zip(block.labels, block.points, strict=True)):
        middle = LEFT + step * (number + 0.5)
        parts.append(_text(middle, HEIGHT - BOTTOM + 16, label, "middle"))
        if value is None:
            parts.append(_text(middle, HEIGHT - BOTTOM - 5, "–", "middle"))
            continue
        tall = high * value / top if top else 0.0
        y, fill = HEIGHT - BOTTOM - tall, BLUE if number == len(block.points) - 1 else PALE
        parts.append(
            f'<rect x="{middle - step * 0.32:.1f}" y="{y:.1f}" width="{step * 0.64:.1f}" height="{max(tall, 0.0):.1f}" fill="{fill}"/>'
        )
        parts.append(_text(middle, y - 4, _number(value), "middle", INK))
    return _whole(parts, HEIGHT, in_words(block))


def _map(block: Block) -> str:
    """Circles by area, the largest first so that none covers a smaller one; the largest are named."""
    places = sorted(block.places, key=lambda one: -one[3])
    lon, lat = [one[1] for one in places], [one[2] for one in places]
    middle = math.radians(sum(lat) / len(lat))
    wide, tall = (max(lon) - min(lon)) * math.cos(middle), max(lat) - min(lat)
    scale = min((WIDTH - 120) / (wide or 0.01), (MAP_HEIGHT - 80) / (tall or 0.01))
    most = max(one[3] for one in places) or 1.0
    parts, names = [], []
    for number, (title, x, y, value, shown) in enumerate(places):
        cx = WIDTH / 2 + ((x - (max(lon) + min(lon)) / 2) * math.cos(middle)) * scale
        cy = MAP_HEIGHT / 2 - (y - (max(lat) + min(lat)) / 2) * scale
        radius = max(2.0, 26 * math.sqrt(max(value, 0.0) / most))
        parts.append(
            f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}" fill="{PALE}" fill-opacity="0.55" stroke="{BLUE}"/>'
        )
        if number < NAMED:
            names.append(_text(cx, cy + 4, f"{title}: {shown}", "middle", INK))
    return _whole([*parts, *names], MAP_HEIGHT, in_words(block))


def _whole(parts: Sequence[str], height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label={quoteattr(title)}>'
        f"{''.join(parts)}</svg>"
    )


def _line(x: float, y: float, to_x: float, to_y: float, colour: str) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" stroke-width="0.8"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = SOFT) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="11" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def _number(value: float) -> str:
    digits = 0 if value == int(value) else 1
    return show_number(value, "vi", digits)


def _round_up(value: float) -> float:
    """Return the next 1, 2, 4, 5 or 8 times a power of ten, for the scale."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(one * power for one in (1, 2, 4, 5, 8, 10) if one * power >= value)
