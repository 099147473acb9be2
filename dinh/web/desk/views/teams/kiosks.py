"""The shared computers of the commune: registered, given a key by a code, taken out of use."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory.models import Account, Office, Unit
from dinh.lib.errors import Invalid, NotFound, Stale
from dinh.outreach.actions import kiosks
from dinh.outreach.models import Kiosk
from dinh.outreach.queries.kiosks import MANAGE, kiosks_of
from dinh.outreach.queries.queueing import SERVES
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.teams.asking import as_seen


class Register(forms.Form):
    """A machine: its name, where it stands, whether it gives tickets."""

    name = forms.CharField(
        label=gettext_lazy("Name of the machine"), max_length=80,
        help_text=gettext_lazy("For example: House of culture, Ún Tà"),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("Where it stands"), max_length=120, required=False)
    tickets = forms.BooleanField(
        label=gettext_lazy("It gives tickets for the counter of the centre"), required=False
    )


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the machines; register one and show its code, once."""
    form = Register(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account, unit = account_of(request), _unit(account_of(request))
        office = _counter(unit) if form.cleaned_data["tickets"] else None
        try:
            kiosk, code = kiosks.register_kiosk(
                unit=unit, name=form.cleaned_data["name"], place=form.cleaned_data["place"], office=office,
                by=account, at=now(),
            )  # fmt: skip
        except Invalid as refused:
            for fault in refused.faults:
                form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
        else:
            return _show(request, Register(), kiosk, code)
    return _show(request, form)


@require_POST
@desk_page(MANAGE)
def act(request: HttpRequest, kiosk_id: UUID) -> HttpResponse:
    """Take a machine out of use, or give it a new code."""
    account = account_of(request)
    kiosk = next((one for one in kiosks_of(account, today()) if one.pk == kiosk_id), None)
    if kiosk is None:
        raise NotFound("desk.no_kiosk", kiosk=kiosk_id)
    as_seen(request, kiosk)
    try:
        if "revoke" not in request.POST:
            return _show(request, Register(), kiosk, kiosks.renew_code(kiosk=kiosk, by=account, at=now()))
        kiosks.revoke_kiosk(kiosk=kiosk, by=account, at=now())
    except Stale as stale:  # a colleague just gave it a code, which would open nothing any more
        messages.error(request, str(stale.message))
    else:
        messages.success(request, _("The machine is no kiosk any more. A new code makes it one again."))
    return go("kiosks")


def _show(request: HttpRequest, form: Register, kiosk: Kiosk | None = None, code: str = "") -> HttpResponse:
    context = {
        "lines": kiosks_of(account_of(request), today()), "form": form, "asked": kiosk, "now": now(),
        "code": f"{code[:4]}-{code[4:]}" if code else "", "minutes": kiosks.CODE_MINUTES,
        "counter": _counter_of(account_of(request)),
        "serves": any(may(request, one) for one in SERVES),
    }  # fmt: skip
    return show(request, "teams/kiosks", context, status=422 if form.errors else 200)


def _counter_of(account: Account) -> Office | None:
    return _counter(_unit(account))


def _counter(unit: Unit) -> Office | None:
    offices = Office.objects.filter(unit=unit, key="service_centre", valid_from__lte=today())
    return offices.exclude(valid_to__lte=today()).first()


def _unit(account: Account) -> Unit:
    for reach in policy.scope(account, MANAGE, today()).reaches:
        if reach.level == "commune":
            return Unit.objects.get(pk=reach.unit)
    raise policy.refusal(MANAGE, account)
