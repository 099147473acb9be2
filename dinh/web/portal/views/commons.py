"""The commune for its visitors: places, stories, local products; each a small page with a poster to print.

Nothing here is about a request. Texts are written by people; a page that nobody wrote in the reader's language is
shown in Vietnamese, and says so to screen readers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dinh.catalogue.queries import codes_of, list_title
from dinh.directory.models import Account
from dinh.lib import vietqr
from dinh.outreach.models import CommonsPage
from dinh.outreach.queries import commons
from dinh.papers import qr
from dinh.papers.serving import serve
from dinh.web.components.posted import whole
from dinh.web.portal.words import language_now

KINDS = {
    "place": gettext_lazy("Places to see"),
    "story": gettext_lazy("Stories"),
    "product": gettext_lazy("Local products"),
}
SCREEN, POSTER = 4, 6
MAP_SIDE, MAP_EDGE, KM_A_DEGREE = 320, 24, 111.32


@require_safe
def commune(request: HttpRequest) -> HttpResponse:
    """Show the commune; with words or a kind, what fits them, page by page."""
    text = " ".join(request.GET.get("q", "").split())[:80]
    kind = request.GET.get("kind", "")
    if text or kind in KINDS:
        return _found(request, text, kind if kind in KINDS else "")
    shelves = commons.of_each_kind()
    every = [row for rows in shelves.values() for row in rows]
    context = {
        "shelves": [
            {"kind": kind, "title": KINDS[kind], "rows": lines(rows)} for kind, rows in shelves.items()
        ],
        "map": points(commons.located(every)),
        "text": "",
    }
    return render(request, "portal/commune.html", context)


def _found(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    page = max(1, whole(request.GET.get("page", "")) or 1)
    shelf = commons.published(kind, text, page)
    context = {
        "text": text,
        "kind": kind,
        "title": KINDS[kind] if kind else _("Found"),
        "found": lines(shelf.rows),
        "searched": True,
        "previous": _address(text, kind, page - 1) if page > 1 else "",
        "next": _address(text, kind, page + 1) if shelf.more else "",
    }
    return render(request, "portal/commune.html", context)


def _address(text: str, kind: str, page: int) -> str:
    asked = {"q": text, "kind": kind, "page": str(page)}
    return f"{reverse('portal:commune')}?{urlencode({key: value for key, value in asked.items() if value})}"


@require_safe
def commons_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one place, story or product."""
    return render(request, "portal/commons_page.html", told(commons.get_published(slug)))


@require_safe
def commons_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the poster of a page, to be printed and hung up where the place or the shop is."""
    return render(request, "portal/commons_poster.html", told(commons.get_published(slug), POSTER))


@require_safe
def commons_picture(request: HttpRequest, picture_id: UUID) -> HttpResponseBase:
    """Give a picture of a published page to everybody; of a draft to its editors."""
    viewer = request.user if isinstance(request.user, Account) else None
    found = commons.get_picture(picture_id, viewer, timezone.localdate())
    response = serve(found.blob, found.page.slug)
    if found.page.state == commons.SEEN:
        response["Cache-Control"] = "public, max-age=86400"
    return response


def told(page: CommonsPage, scale: int = SCREEN) -> dict[str, Any]:
    """Return everything that a page shows, in the reader's language; the pictures must be read.

    scale  pixels of one module of the codes
    """
    language = language_now()
    address = settings.DINH_PUBLIC_URL + reverse("portal:commons_page", args=[page.slug])
    title = said(page.title, language)
    pictures = [
        {"id": one.pk, "width": one.width, "height": one.height, "credit": one.credit, "says": said(one.says, language)["text"]}
        for one in getattr(page, "shown", ())
    ]  # fmt: skip
    return {
        "page": page,
        "kind_title": KINDS[page.kind],
        "title": title,
        "summary": said(page.summary, language),
        "body": said(page.text, language),
        "pictures": pictures,
        "picture": next(iter(pictures), None),
        "stars": range(page.stars or 0),
        "shop_host": urlsplit(page.shop_url).hostname or "",
        "shop_qr": qr.svg(page.shop_url, title=_("Where it is sold")) if page.shop_url else "",
        "bank": list_title("banks", page.bank_bin).of(language) if page.bank_bin in (codes_of("banks") or ()) else page.bank_bin,
        "pay_qr": payment(page, scale),
        "address": address,
        "qr": qr.svg(address, title=_("Address of this page"), scale=scale),
        "place_url": f"geo:{page.latitude},{page.longitude}" if page.latitude is not None else "",
    }  # fmt: skip


def payment(page: CommonsPage, scale: int = SCREEN) -> str:
    """Return the payment code of a product's seller as SVG; "" without an account."""
    if not page.bank_account:
        return ""
    text = vietqr.payload(page.bank_bin, page.bank_account)
    return qr.svg(text, title=_("Payment code of %(holder)s") % {"holder": page.bank_holder}, scale=scale)


def lines(rows: Sequence[CommonsPage]) -> list[dict[str, Any]]:
    """Return pages as lists show them."""
    language = language_now()
    return [
        {
            "slug": row.slug,
            "title": said(row.title, language),
            "summary": said(row.summary, language),
            "stars": range(row.stars or 0),
            "n_stars": row.stars,
            "picture": next(iter(getattr(row, "shown", ())), None),
        }
        for row in rows
    ]


def said(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """Return a text in the reader's language, else in Vietnamese, with the language that it is in."""
    found = language if texts.get(language) else "vi"
    return {"text": texts.get(found, ""), "lang": "" if found == language else found}


def points(rows: Sequence[CommonsPage]) -> dict[str, Any] | None:
    """Return where pages lie, as points in a square of MAP_SIDE, north up; None for fewer than two.

    No ground is drawn: how they lie to one another and how far is enough to plan a day, and asks no other server.
    """
    if len(rows) < 2:
        return None
    middle = math.radians(sum(row.latitude or 0 for row in rows) / len(rows))
    east = [(row.longitude or 0) * math.cos(middle) * KM_A_DEGREE for row in rows]
    north = [(row.latitude or 0) * KM_A_DEGREE for row in rows]
    width = max(max(east) - min(east), max(north) - min(north), 0.2)
    scale = (MAP_SIDE - 2 * MAP_EDGE) / width
    bar = 10 ** math.floor(math.log10(width / 2))
    language = language_now()
    return {
        "points": [
            {
                "n": n + 1,
                "x": round(MAP_EDGE + (east[n] - min(east)) * scale),
                "y": round(MAP_SIDE - MAP_EDGE - (north[n] - min(north)) * scale),
                "slug": row.slug,
                "title": said(row.title, language)["text"],
            }
            for n, row in enumerate(rows)
        ],
        "bar": max(1, round(bar * scale)),
        "bar_text": f"{bar:g} km" if bar >= 1 else f"{bar * 1000:g} m",
    }
