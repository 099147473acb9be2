"""What the pages of the board share: who may enter, what is asked, what stands in the head of each page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dinh.directory import policy, tree
from dinh.directory.models import Account, Level
from dinh.indicators.queries import closing
from dinh.indicators.queries.questions import ASK
from dinh.indicators.rules.months import later, month_of
from dinh.lib.dates import show_date
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.papers import qr
from dinh.web.board import asking, homes, saying
from dinh.web.board.asking import Asked
from dinh.web.board.homes import READ

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Asked, P], HttpResponse]
MONTHS = 24  # that can be chosen without writing an address
SPAN_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def board_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in staff who may read the board of the unit that is asked for, and give the view what is asked.

    Without a month all pages open at the same one: the newest with enough settled dossiers to speak of a rate.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = asked_of(request)
        asked = asked if request.GET.get("month") else homes.at_newest(asked)
        return view(request, asked, *args, **kwargs)

    led = require_safe(login_required(never_cache(guarded)))
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", led)


def asked_of(request: HttpRequest) -> Asked:
    """Return what the address asks, of a unit whose board the reader may read; their own when it names none."""
    account, on = account_of(request), timezone.localdate()
    if not account.is_staff:
        raise policy.refusal(READ, account)
    policy.require(account, READ, on=on)
    unit = as_uuid(request.GET.get("unit"))
    if unit is None or not tree.versions(unit):
        unit = homes.unit_of(account, on)
    policy.require(account, READ, unit=unit, on=on)
    return asking.of(request.GET.dict(), unit, on, closing.close_for(account, unit, on))


def account_of(request: HttpRequest) -> Account:
    """Return the account that is signed in; only for pages behind `board_page`."""
    return cast(Account, request.user)


def language() -> str:
    """Return the language of the page."""
    return get_language() or "vi"


def show(
    request: HttpRequest, template: str, asked: Asked, context: Mapping[str, Any], *, nav: str = "home"
) -> HttpResponse:
    """Render `board/<template>.html` with what stands in the head of every page."""
    known = {**head(request, asked), "nav": nav, **context}
    return render(request, f"board/{template}.html", known)


def head(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what is asked in words, and what else may be asked."""
    return {
        "asked": asked,
        "query": asked.query(),
        "unit_title": saying.unit(asked),
        "span_title": saying.span(asked),
        "boundaries_title": saying.boundaries(asked, language()),
        "units": _units(request, asked),
        "months": _months(asked),
        "month_code": asking.written(asked.month),
        "spans": [("month", _("the month")), ("quarter", _("the quarter")), ("year", _("the year so far"))],
        "lines": [("was", _("as it was")), ("today", _("today’s")), ("day", _("of a day…"))],
        "line": asked.lines if asked.lines in {"was", "today"} else "day",
        "on": asked.day.isoformat() if asked.lines not in {"was", "today"} else "",
        "above": _above(request, asked),
        **_beside(asked),
        "close": show_date(asked.close, language()),
        "public_url": _public(asked),
        **printed(request, asked),
        "may_ask": policy.may(account_of(request), ASK, unit=asked.unit, on=asked.today),
    }


def _units(request: HttpRequest, asked: Asked) -> list[tuple[str, str]]:
    """Return the units to choose: those of the reader, their communes, and the villages of the one that is shown."""
    account, on = account_of(request), timezone.localdate()
    found: dict[UUID, str] = {}
    for reach in policy.scope(account, READ, on).reaches:
        for unit in tree.standing(reach.offices_of, on):
            found[unit] = tree.title(unit, on, with_parents=False)
    found.setdefault(asked.unit, saying.unit(asked))
    return sorted(
        ((str(unit), title) for unit, title in found.items() if title), key=lambda pair: fold(pair[1])
    )


def _months(asked: Asked) -> list[tuple[str, str]]:
    """Return the months to choose, the newest first; the one that is shown is always among them."""
    newest = month_of(asked.close or asked.today)
    found = [later(newest, -number) for number in range(MONTHS)]
    found += [] if asked.month in found else [asked.month]
    return [(asking.written(one), saying.month(one)) for one in found]


def _beside(asked: Asked) -> dict[str, dict[str, str]]:
    """Return the span before, and the one after where it has begun: in words and as addresses."""
    step, newest = SPAN_MONTHS[asked.span], month_of(asked.today)
    earlier = replace(asked, month=later(asked.month, -step))
    found = {"earlier": earlier} if earlier.first >= asking.FIRST else {}
    after = replace(asked, month=min(later(asked.month, step), newest))
    found |= {"later": after} if after.first > asked.month else {}
    return {
        name: {"title": saying.span(one), "short": _short(one), "query": one.query()}
        for name, one in found.items()
    }


def _short(asked: Asked) -> str:
    return f"{asked.month % 100}/{asked.month // 100}" if asked.span == "month" else saying.span(asked)


def _above(request: HttpRequest, asked: Asked) -> list[tuple[str, str]]:
    """Return the units above that the reader may see, the highest first: the way back up."""
    account, on = account_of(request), timezone.localdate()
    line = tree.with_parents(asked.unit, asked.day)[1:]
    allowed = [unit for unit in reversed(line) if policy.may(account, READ, unit=unit, on=on)]
    return [(tree.title(unit, asked.day, with_parents=False), asked.at(unit).query()) for unit in allowed]


def _public(asked: Asked) -> str:
    if asked.level != Level.COMMUNE:
        return ""
    naming = tree.naming(asked.unit, asked.today)
    return reverse("board:public", args=[naming.code]) if naming else ""


def printed(request: HttpRequest, asked: Asked, **more: str) -> dict[str, str]:
    """Return the address of the page and its code: what stands on paper leads back to what it is now."""
    address = f"{settings.DINH_PUBLIC_URL}{request.path}?{asked.query(**more)}"
    return {"page_address": address, "code": mark_safe(qr.svg(address, title=_("Address of this page")))}  # noqa: S308  our own drawing
