"""Corrections in bulk: every row shown before and after, single ones left out, done together, taken back together.

The page carries for each row a digest of what it showed: what became another row or proposal meanwhile is not written,
and stands on the next page as it is now.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.errors import Refused, Stale
from dinh.verification import actions, queries
from dinh.verification.models import Finding
from dinh.verification.runs import gains
from dinh.verification.shown import digest
from dinh.verification.words import say
from dinh.web.desk import sides
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.findings import DECIDE, chosen, line, named

SIZES = (50, 100, 500)
CHANGED_NOW = gettext_lazy("changed since it was shown; it reads so now:")
NAMED = ("register", "kind", "code", "commune", "village", "text")


@desk_page(DECIDE)
def page(request: HttpRequest) -> HttpResponse:
    """Show what would be corrected, or correct what stayed marked and say of each what became of it.

    Shown for filters of the worklist and `n`, how many at once; or, posted with `preview`, for what was marked there.
    """
    account = account_of(request)
    if request.method == "POST" and "preview" not in request.POST:
        return _correct(request, account)
    marked = request.POST.getlist("finding")
    wanted: dict[str, Any] = {name: request.GET.get(name, "") for name in NAMED}
    size = next((n for n in SIZES if str(n) == request.GET.get("n")), SIZES[0])
    if request.method == "POST":
        found = [one for one in chosen(account, marked) if one.bulk and one.state == Finding.State.OPEN]
        total = len(found)
    else:
        which = queries.Which(**wanted, bulk=True)
        found = queries.find_findings(account, today(), which, limit=size)
        total = queries.count_findings(account, today(), which)
    if not found:
        messages.warning(
            request,
            _("None of these is certain enough to be corrected together. Open them one by one.")
            if marked
            else _("Nothing is left here that can be corrected together."),
        )
        return go("findings")
    _write_down(found, account)
    part = urlencode({name: value for name, value in wanted.items() if value})
    context = {
        "lines": [line(one, account) | {"seen": _digest(one)} for one in found],
        "title": say(wanted["code"], wanted["register"]).title if wanted["code"] else _("Marked rows"),
        "total": total,
        "seconds": round(gains.WORK["bulk"][0] * 60 * len(found)),
        "sizes": [] if marked else [(n, n == size) for n in SIZES if n == SIZES[0] or total > n // 2],
        "part": part,
        "register": wanted["register"],
        "skipped": len(marked) - len(found) if marked else 0,
    }
    return show(request, "findings/bulk", context)


def _correct(request: HttpRequest, account: Account) -> HttpResponse:
    found = chosen(account, request.POST.getlist("finding"))
    part = request.POST.get("part", "")
    if not found:
        messages.warning(request, _("Nothing was marked, so nothing was changed. Mark the rows first."))
        return go("findings")
    shown = {one.pk: request.POST.get(f"seen-{one.pk}", "") for one in found}
    told = actions.correct_all(findings=found, shown=shown, by=account, at=now())
    done = chosen(account, [str(one.pk) for one in told.done])
    said = ngettext("%(n)s row was corrected.", "%(n)s rows were corrected.", len(done)) % {"n": len(done)}
    skipped = _skipped(account, told.skipped)
    context = {
        "said": said,
        "lines": [line(one, account) for one in done],
        "skipped": skipped,
        "leftover": any(one["again"] for one, _why in skipped),
        "part": part,
        "back": f"{reverse('desk:findings')}?{part}",
    }
    return show(request, "findings/done", context)


def _skipped(account: Account, refused: dict[Any, Refused]) -> list[tuple[Any, str]]:
    """Return what was not corrected, with why, as it stands now: it may be confirmed from there."""
    left = chosen(account, [str(pk) for pk in refused])
    _write_down(left, account)
    found = []
    for one in left:
        why, match = refused[one.pk], getattr(one.record, "match", None)
        judged = match is not None and match.record_version == one.record.version
        again = one.bulk and one.state == Finding.State.OPEN and judged
        said = str(CHANGED_NOW) if isinstance(why, Stale) and again else str(why.message or why.code)
        found.append((line(one, account) | {"seen": _digest(one), "again": again}, said))
    return found


def _digest(one: Finding) -> str:
    return digest(one, getattr(one.record, "match", None))


@require_POST
@desk_page(DECIDE)
def undo(request: HttpRequest) -> HttpResponse:
    """Take back several decisions at once; one that cannot be taken back stays and says why."""
    account, at = account_of(request), now()
    undone, kept = 0, []
    marked = chosen(account, request.POST.getlist("finding"))
    if not marked:
        messages.warning(request, _("Nothing was marked, so nothing was changed. Mark the rows first."))
    for one in marked:
        try:
            actions.undo(finding=one, by=account, at=at)
            undone += 1
        except Refused as refused:
            kept.append(f"{named(one, account)}: {refused.message}")
    if undone:
        said = ngettext("%(n)s decision was taken back.", "%(n)s decisions were taken back.", undone)
        messages.success(request, said % {"n": undone})
    for words in kept[:5]:
        messages.warning(request, words)
    return redirect(f"{reverse('desk:findings')}?{request.POST.get('part', '')}")


def _write_down(found: list[Finding], account: Account) -> None:
    for subject_type, ids in (
        ("record", [one.record_id for one in found]),
        ("person", sides.people_of(found)),
    ):
        access.listed(
            subject_type=subject_type,
            query={"bulk": len(found)},
            ids=ids,
            by=account,
            at=now(),
            purpose="findings",
        )
