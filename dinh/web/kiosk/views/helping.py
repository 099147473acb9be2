"""Somebody helps at the kiosk: an officer or a volunteer, with their own account and the person's consent.

So a person without telephone or electronic identity files here. The helper says how the person agreed and who they
are; the pages of the draft are the portal's, in large type. The helper's sign-in ends with the person's visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.limits import TooMany
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Draft
from dinh.dossiers.rules import numbers
from dinh.lib.dates import local_date, show_date
from dinh.lib.errors import Refused
from dinh.lib.ids import as_uuid
from dinh.population.models import Person
from dinh.web.components import asking
from dinh.web.components.fields import Choice, FieldView
from dinh.web.components.notes import Problem
from dinh.web.components.posted import whole
from dinh.web.kiosk import people
from dinh.web.kiosk.people import Asked, Unclear
from dinh.web.kiosk.views.machine import machine_of, on_kiosk
from dinh.web.kiosk.words import DRAFT_LABEL, language_now

CONSENT = gettext_lazy("Ask the person first, then say how they agreed.")
WITNESS = gettext_lazy("Who heard it? Write the name of the witness.")
WAYS = {
    "spoken": gettext_lazy("Said so in front of me"),
    "written": gettext_lazy("Signed a written consent"),
    "fingerprint": gettext_lazy("Pressed a fingerprint on the consent"),
}  # nobody proves an electronic identity here
WHAT = gettext_lazy("Choose what you are doing together.")


@sensitive_post_parameters()
@on_kiosk
def helping(request: HttpRequest) -> HttpResponse:
    """Sign in to help; then open somebody's draft by its code, or begin one, with their consent."""
    account, at = request.user if isinstance(request.user, Account) else None, timezone.now()
    if account is None:
        here = urlencode({"next": request.get_full_path()})
        return render(request, "kiosk/helper.html", {"sign_in": f"{reverse('account_login')}?{here}"})
    if account.kind != Account.Kind.STAFF:
        return render(request, "kiosk/helper.html", {"citizen": True})
    if not people.may_help(account, at):
        return render(request, "kiosk/helper.html", {"cannot": True})
    if request.method != "POST":
        return _ask(request, account, at)
    try:
        draft = _opened(request, account, at)
    except Unclear as unclear:
        return _ask(request, account, at, unclear)
    except TooMany:
        raise
    except Refused as refused:
        begins = request.POST.get("procedure", "")
        return _ask(request, account, at, Unclear("procedure" if begins else "code", refused.message))
    procedure = store.get_procedure(draft.procedure, draft.procedure_version)
    return redirect("portal:page", draft.code, asking.first_page(draft, procedure, local_date(at)))


def _opened(request: HttpRequest, account: Account, at: datetime) -> Draft:
    """Open or begin; the consent is recorded with the draft. Raises Unclear, Refused."""
    post, officer = request.POST, people.is_officer(account, at)
    consent = {"how": post.get("how", ""), "witness": post.get("witness", "").strip()[:120]}
    if consent["how"] not in WAYS:
        raise Unclear("how", CONSENT)
    if not officer and consent["how"] == "spoken" and not consent["witness"]:
        raise Unclear("witness", WITNESS)
    code = numbers.clean_code(post.get("code", ""))
    if officer and code and not post.get("procedure"):
        return actions.open_with_code(code=code, officer=account, consent=consent, at=at)
    if not post.get("procedure"):
        raise Unclear("procedure", WHAT)
    asked = _asked(request)
    person = (people.before_officer if officer else people.before_volunteer)(asked, account, at)
    return actions.begin_draft(
        procedure=store.get_procedure(post["procedure"][:80]), unit=_unit(request, account, officer, at), account=None,
        applicant=person, person=person, channel=Channel.DIRECT if officer else Channel.ONLINE,
        language=language_now(), at=at, helper=account, consent=consent,
    )  # fmt: skip


def _asked(request: HttpRequest) -> Asked:
    post = request.POST
    return Asked(
        number=post.get("number", "").strip()[:20], name=" ".join(post.get("name", "").split())[:100],
        year=whole(post.get("year", "")), person=as_uuid(post.get("person", "")),
    )  # fmt: skip


def _unit(request: HttpRequest, account: Account, officer: bool, at: datetime) -> Unit:
    """Return the commune to which it goes: the officer's, or for a volunteer the one whose machine this is."""
    machine = machine_of(request)
    if not officer and machine is not None:
        return machine.unit
    for reach in policy.scope(account, people.OFFICER, local_date(at)).reaches:
        if reach.level == "commune":
            return Unit.objects.get(pk=reach.unit)
    raise policy.refusal(people.OFFICER, account)


def _ask(
    request: HttpRequest, account: Account, at: datetime, unclear: Unclear | None = None
) -> HttpResponse:
    wrong, officer = unclear.field if unclear else "", people.is_officer(account, at)
    said = str(unclear.message) if unclear else ""
    errors = {wrong: said}
    language = language_now()
    context: dict[str, Any] = {
        "officer": officer,
        "how": _ways(request, errors.get("how", "")),
        "witness": _text("witness", _("Witness"), request, errors, _("The name of who heard it. Needed when the person cannot read or sign.") if officer else _("The name of who heard it, when they said so.")),
        "number": _text("number", _("Number on the identity card"), request, errors, _("12 digits; 9 on an old card.")),
        "name": _text("name", _("No card: full name"), request, errors),
        "year": _text("year", _("Year of birth"), request, errors),
        "person": _chosen(unclear.people, said) if unclear and unclear.people else None,
        "code": _text("code", str(DRAFT_LABEL), request, errors),
        "procedures": [(one.id, one.title.of(language)) for one in store.get().procedures.values()],
        "chosen": request.POST.get("procedure", request.GET.get("procedure", "")),
        "procedure_error": errors.get("procedure", ""),
        "faults": [Problem(said, f"id_{wrong}")] if unclear else [],
    }  # fmt: skip
    return render(request, "kiosk/helper.html", context, status=unclear.status if unclear else 200)


def _ways(request: HttpRequest, error: str) -> FieldView:
    ways = [(code, str(said)) for code, said in WAYS.items()]
    return _radios("how", _("How did the person agree?"), ways, request.POST.get("how", ""), error)


def _chosen(found: Sequence[Person], error: str) -> FieldView:
    language = language_now()
    options = [
        (str(one.pk), ", ".join(filter(None, (one.full_name, show_date(one.birth, language) if one.birth else ""))))
        for one in found
    ]  # fmt: skip
    return _radios("person", _("Who is it?"), options, "", error)


def _radios(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, error: str) -> FieldView:
    return FieldView(
        id=f"id_{name}", name=name, label=label, control="radios", required=True, value=chosen, error=error,
        options=[
            Choice(value, said, value == chosen, id=f"id_{name}_{n}" if n else f"id_{name}")
            for n, (value, said) in enumerate(options)
        ],
    )  # fmt: skip


def _text(name: str, label: str, request: HttpRequest, errors: dict[str, str], help: str = "") -> FieldView:
    return FieldView(
        id=f"id_{name}", name=name, label=label, value=request.POST.get(name, "")[:120], help=help, plain=True,
        autocomplete="off", width="short" if name == "year" else "medium", error=errors.get(name, ""),
        inputmode="numeric" if name in {"number", "year"} else "",
    )  # fmt: skip
