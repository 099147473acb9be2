"""The chair's page: one line and the risks per file; sixty read and signed in five minutes.

Each file is approved on its own, with its own result: one that cannot be signed never holds up the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dinh.directory.models import Account
from dinh.dossiers import actions, policy, queries
from dinh.dossiers.models import Dossier, Step
from dinh.lib.errors import NotFound, NotPermitted, Refused, Stale
from dinh.web.desk import deciding
from dinh.web.desk.views.base import account_of, desk_page, go, now, partial, show

AT_ONCE = 100


@desk_page("dossiers.approve")
def page(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, due first."""
    account, at = account_of(request), now()
    waiting = queries.worklist(account, "approve", limit=AT_ONCE, at=at)
    ids = [row["id"] for row in waiting.rows]
    files = _files(ids, account, at)
    light = sum(1 for one in files if not one.heavy)
    return show(request, "chair", {"files": files, "light": light, "more": bool(waiting.after)})


@require_POST
@desk_page("dossiers.approve")
def approve(request: HttpRequest) -> HttpResponse:
    """Approve one file (its own button) or all that are marked, and say of each what became of it."""
    account, at = account_of(request), now()
    one = request.POST.get("one")
    wanted = list(_wanted([one] if one else request.POST.getlist("file")))
    if not wanted:
        messages.warning(request, _("No file was marked, so nothing was signed. Mark the files first."))
        return go("chair")
    results = {pk: _approve(pk, version, account, at) for pk, version in wanted}
    readable = [pk for pk, refused in results.items() if not isinstance(refused, (NotFound, NotPermitted))]
    done = _files(readable, account, at, results)
    if one and partial(request):
        return show(request, "bits/chair_row", {"file": done[0] if done else None})
    signed = sum(1 for outcome in results.values() if outcome is None)
    said = ngettext("%(n)s file approved.", "%(n)s files approved.", signed) % {"n": signed}
    return show(request, "chair_done", {"files": done, "said": said, "failed": len(results) - signed})


def _wanted(values: Iterable[str]) -> Iterable[tuple[UUID, int]]:
    """Yield (dossier, version seen) of the values "id:version"; what is malformed is nobody's choice."""
    for value in values:
        pk, _colon, version = value.partition(":")
        try:
            yield UUID(pk), int(version)
        except ValueError:
            continue


def _approve(pk: UUID, version: int, account: Account, at: datetime) -> Refused | None:
    """Approve one; return why not, None when it was done. A fault of ours still raises."""
    try:
        dossier = queries.get_dossier(pk, account=account, at=at, purpose="decisions")
        if dossier.version != version:
            raise Stale("desk.changed", _("Somebody acted on it since you read it. Open it and look again."))
        actions.approve(dossier=dossier, by=account, at=at)
    except Refused as refused:
        return refused
    return None


def _files(
    ids: list[UUID], account: Account, at: datetime, results: dict[UUID, Refused | None] | None = None
) -> list[deciding.File]:
    done: dict[UUID, set[str]] = {}
    mine = Step.objects.filter(dossier__in=ids, actor=account, verb__in=list(policy.PERMISSIONS))
    for dossier, step in mine.values_list("dossier", "step"):
        done.setdefault(dossier, set()).add(step)
    found = {one.pk: one for one in Dossier.objects.filter(pk__in=ids)}
    files = deciding.files((found[pk] for pk in ids if pk in found), account.pk, done, at)
    if results is None:
        return files
    return [_with_result(one, results[one.id]) for one in files]


def _with_result(file: deciding.File, refused: Refused | None) -> deciding.File:
    if refused is None:
        return replace(file, done=True, result=_("Approved; the paper is being signed."))
    return replace(file, result=str(refused.message) or refused.code)
