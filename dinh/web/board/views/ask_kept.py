"""Questions under a name: kept, shared with who may ask in a unit or role, found again, taken away and brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account
from dinh.indicators.actions import questions
from dinh.indicators.models import SavedQuestion
from dinh.indicators.queries.questions import ASK, kept
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, shown


def shares(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return with whom a question may be shared: units in reach, and roles that may ask."""
    account, told = account_of(request), language()
    units: dict[UUID, str] = {}
    for reach in policy.scope(account, ASK, asked.today).reaches:
        for unit in tree.standing(reach.offices_of, asked.today):
            units[unit] = tree.title(unit, asked.today, with_parents=False)
    roles = [(one.id, one.title.of(told)) for one in store.get().roles.values() if ASK in one.permissions]
    return {
        "share_units": sorted(((str(unit), title) for unit, title in units.items() if title), key=lambda pair: fold(pair[1])),
        "share_roles": sorted(roles, key=lambda pair: fold(pair[1])),
    }  # fmt: skip


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """List the questions that the reader may open; keep one that is sent."""
    account = account_of(request)
    policy.require(account, ASK, on=asked.today)
    faults = []
    if request.method == "POST":
        name = request.POST.get("name", "")
        faults = attempt(request, lambda: _keep(request, account), _("The question “%(name)s” is kept.") % {"name": " ".join(name.split())})  # fmt: skip
        if not faults:
            return go("ask_kept", query=asked.query())
    words = request.GET.get("q", "")
    lines = [
        {
            "row": one.row,
            "owner": one.owner,
            "own": one.own,
            "url": url(one.row),
            "with": _with(one.row, asked),
        }
        for one in kept(account, asked.today, words=words)
    ]
    gone = SavedQuestion.objects.filter(owner=account.pk, removed_at__isnull=False).order_by("-removed_at")[
        :5
    ]
    context: dict[str, Any] = {"lines": lines, "words": words, "gone": gone, "faults": faults}
    if faults:  # what was sent stands in the form again
        sent = request.POST
        context |= {**shares(request, asked), "kind": sent.get("kind", ""), "kept_name": sent.get("name", ""),
                    "kept_text": sent.get("text", ""), "kept_with": sent.get("shared_with", ""), "kept_role": sent.get("shared_role", "")}  # fmt: skip
    return shown(request, "asking/kept", asked, context, nav="ask_kept", status=422 if faults else 200)


@board_form
def act(request: HttpRequest, asked: Asked, question: UUID, verb: str) -> HttpResponse:
    """Take one's own question away, or bring it back."""
    account = account_of(request)
    policy.require(account, ASK, on=asked.today)
    row = SavedQuestion.objects.filter(pk=question, owner=account.pk).first()
    deeds = {"remove": questions.remove, "back": questions.bring_back}
    if row is None or verb not in deeds:
        raise Http404
    if request.method != "POST":
        return go("ask_kept", query=asked.query())
    said = {"remove": _("The question “%(name)s” is deleted. To undo it, press “Bring back” below."), "back": _("The question “%(name)s” is back.")}  # fmt: skip
    attempt(request, lambda: deeds[verb](row, by=account, at=timezone.now()), said[verb] % {"name": row.name})
    return go("ask_kept", query=asked.query())


def url(row: SavedQuestion) -> str:
    """Return where a kept question is asked again."""
    if row.kind == SavedQuestion.Kind.SQL:
        return f"{reverse('board:ask_sql')}?kept={row.pk}"
    return f"{reverse('board:ask')}?{row.text}"


def _keep(request: HttpRequest, account: Account) -> None:
    sent = request.POST
    questions.keep(
        sent.get("kind", ""), sent.get("name", ""), sent.get("text", ""), by=account, at=timezone.now(),
        shared_with=as_uuid(sent.get("shared_with")), shared_role=sent.get("shared_role", ""),
    )  # fmt: skip


def _with(row: SavedQuestion, asked: Asked) -> str:
    """Return with whom a question is shared, in words."""
    if row.shared_with is None:
        return ""
    unit = tree.title(row.shared_with, asked.today, with_parents=False)
    role = store.get().roles.get(row.shared_role)
    return f"{unit}, {role.title.of(language())}" if role else unit
