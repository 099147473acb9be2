"""Somebody helps at the kiosk: an officer or a member of a team, with their own account and the person's consent.

The pages of the draft are the desk's own; only the way in stands here, because at a shared computer nothing else of
the desk is opened. The helper's sign-in ends with the person's visit.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.queries import find_procedures
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions
from dinh.dossiers.models import Channel
from dinh.dossiers.rules import numbers
from dinh.lib.errors import Refused
from dinh.web.components.fields import Choice, FieldView
from dinh.web.components.notes import Problem
from dinh.web.kiosk.views.machine import on_kiosk
from dinh.web.kiosk.words import DRAFT_LABEL, language_now

HELP = "drafts.help"


@on_kiosk
def helping(request: HttpRequest) -> HttpResponse:
    """Sign in to help; then open somebody's draft by its code, or begin one, with their consent."""
    account = request.user if isinstance(request.user, Account) else None
    if account is None:
        here = urlencode({"next": reverse("kiosk:helping")})
        return render(request, "kiosk/helper.html", {"sign_in": f"{reverse('account_login')}?{here}"})
    if account.kind != Account.Kind.STAFF:
        return render(request, "kiosk/helper.html", {"citizen": True})
    if not policy.may(account, HELP, on=timezone.localdate()):
        return render(request, "kiosk/helper.html", {"cannot": True})
    if request.method == "POST":
        return _open(request, account)
    return _ask(request, account)


def _open(request: HttpRequest, account: Account) -> HttpResponse:
    """Open or begin; the consent is recorded with the draft."""
    post, now = request.POST, timezone.now()
    consent = {"how": post.get("how", ""), "witness": post.get("witness", "")[:120]}
    try:
        if post.get("procedure"):
            draft = actions.begin_draft(
                procedure=store.get_procedure(post["procedure"][:80]), unit=_unit_of(account), account=None,
                channel=Channel.DIRECT, language=language_now(), at=now, helper=account,
                consent=_given(consent),
            )  # fmt: skip
        else:
            draft = actions.open_with_code(
                code=numbers.clean_code(post.get("code", "")), officer=account, consent=consent, at=now
            )
    except Refused as refused:
        return _ask(request, account, str(refused.message), refused.status)
    return redirect("desk:draft", draft.code)


def _given(consent: dict[str, str]) -> dict[str, str]:
    """Return the consent; Refused without one, before anything is begun."""
    if not consent["how"]:
        raise Refused("kiosk.consent_needed", _("Ask the person first, then say how they agreed."))
    return consent


def _unit_of(account: Account) -> Unit:
    for reach in policy.scope(account, HELP, timezone.localdate()).reaches:
        if reach.level == "commune":
            return Unit.objects.get(pk=reach.unit)
    raise policy.refusal(HELP, account)


def _ask(request: HttpRequest, account: Account, problem: str = "", status: int = 200) -> HttpResponse:
    language = language_now()
    ways = (
        ("spoken", _("Said so in front of me")),
        ("written", _("Signed a written consent")),
        ("fingerprint", _("Pressed a fingerprint on the consent")),
    )
    chosen = request.POST.get("how", "")
    wanted = request.GET.get("q", "")[:80].strip()
    found = find_procedures(wanted, language) if wanted else list(store.get().procedures.values())
    how = FieldView(
        id="id_how", name="how", label=_("How did the person agree?"), control="radios", required=True, value=chosen,
        options=[
            Choice(value, label, value == chosen, id=f"id_how_{n}" if n else "id_how")
            for n, (value, label) in enumerate(ways)
        ],
    )  # fmt: skip
    context: dict[str, Any] = {
        "how": how,
        "witness": _text("witness", _("Witness, if the person cannot read or sign"), request, required=False),
        "code": _text("code", str(DRAFT_LABEL), request, required=False),
        "procedures": [(one.id, one.title.of(language)) for one in found],
        "chosen": request.POST.get("procedure", ""),
        "faults": [Problem(problem, "id_how")] if problem else [],
        "helper": account,
    }
    return render(request, "kiosk/helper.html", context, status=status)


def _text(name: str, label: str, request: HttpRequest, *, required: bool) -> FieldView:
    return FieldView(
        id=f"id_{name}", name=name, label=label, value=request.POST.get(name, "")[:120], required=required,
        autocomplete="off", width="medium",
    )  # fmt: skip
