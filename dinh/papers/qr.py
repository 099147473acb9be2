"""QR codes: as SVG for pages (no inline style, so a strict policy lets them show) and as PNG."""

from __future__ import annotations

import io

QUIET_ZONE = 4  # modules around the code, as the standard asks


def svg(text: str, *, title: str = "", scale: int = 4) -> str:
    """Return an `<svg>` element. `title` is what a screen reader says of it; without one it is decoration."""
    import segno

    out, code = io.BytesIO(), segno.make(text, error="m", micro=False)
    code.save(
        out, kind="svg", xmldecl=False, svgclass="qr", lineclass=None, border=QUIET_ZONE, scale=scale,
        dark="#000", light="#fff", title=title or None,
    )  # fmt: skip
    width, height = code.symbol_size(scale=scale, border=QUIET_ZONE)
    # Without it a narrow screen would cut the code off where it should draw it smaller.
    drawn = out.getvalue().decode().replace("<svg ", f'<svg viewBox="0 0 {width:g} {height:g}" ', 1)
    return drawn if title else drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)


def png(text: str, *, scale: int = 8) -> bytes:
    """Return a PNG image."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=QUIET_ZONE, scale=scale)
    return out.getvalue()
