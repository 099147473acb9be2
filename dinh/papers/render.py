"""Draws a paper with typst: tagged PDF (PDF/UA-1), our fonts only, data only as JSON.

Only the worker imports typst: a compiler with its fonts takes some 100 MB.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from dinh.lib.dates import local_date, long_date_vi
from dinh.lib.errors import Broken
from dinh.papers import qr, rules, templates, values

FONTS = ("Noto Serif", "Noto Sans")
FONT_PACKAGES = ("fontpkg_noto_serif", "fontpkg_noto_sans")
STANDARDS = ["ua-1"]  # not PDF/A: its parts 1 to 3 know no ECDSA signature
_drawing = threading.Lock()  # a compiler keeps its state between two papers


def render(
    *,
    template: str,
    title: str,
    number: str,
    language: str,
    data: Mapping[str, Any],
    signers: Sequence[Mapping[str, Any]],
    check_code: str,
    check_url: str,
    at: datetime,
) -> bytes:
    """Return the PDF of one paper, not yet signed.

    data     {"agency": …, "dossier": …, "values": …, "demonstration": bool, "place_date"?}
    signers  as `Paper.signers`; their time is `at`

    Raises Broken ("papers.not_drawn") when the template does not hold.
    """
    inputs = {
        "title": title,
        "number": number,
        "language": language,
        "check_code": rules.show_code(check_code),
        "check_url": check_url,
        "qr": qr.svg(check_url),
        "demonstration": bool(data.get("demonstration")),
        "agency": _plain(data.get("agency")),
        "dossier": values.shown(_plain(data.get("dossier"))),
        "values": values.shown(_plain(data.get("values"))),
        "place_date": data.get("place_date") or _place_date(_plain(data.get("agency")), at),
        "signers": [{"name": "", **signer, "signed_at": values.signed_at(at)} for signer in signers],
    }
    return _draw(template, json.dumps(inputs, ensure_ascii=False), at)


def _draw(template: str, inputs: str, at: datetime) -> bytes:
    import typst

    with _drawing:
        try:
            drawn = _compiler(template).compile(
                format="pdf",
                sys_inputs={"data": inputs},
                pdf_standards=STANDARDS,
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            # The message names the place in the template; it never quotes the data.
            raise Broken("papers.not_drawn", template=template, because=str(error.message)[:200]) from error
    if not isinstance(drawn, bytes):
        raise Broken("papers.not_drawn", template=template)
    return drawn


@functools.cache
def _compiler(template: str) -> Any:
    import typst

    return typst.Compiler(
        input=str(templates.path_of(template)),
        root=str(templates.folder()),
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )


@functools.cache
def _fonts() -> Any:
    import typst

    folders = [str(files(package) / "files") for package in FONT_PACKAGES]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    if missing := set(FONTS) - set(found.families()):
        # typst would put another font in silence, with letters that Vietnamese does not have.
        raise Broken("papers.no_font", fonts=",".join(sorted(missing)))
    return found


def _plain(part: object) -> dict[str, Any]:
    return dict(part) if isinstance(part, Mapping) else {}


def _place_date(agency: Mapping[str, Any], at: datetime) -> str:
    day = long_date_vi(local_date(at))
    return f"{agency['place']}, {day}" if agency.get("place") else day
