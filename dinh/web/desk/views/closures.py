"""Days on which an office does not serve; citizens read the reason, and due dates move."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import actions
from dinh.directory.models import Closure, Office
from dinh.lib.errors import Invalid
from dinh.web.desk.forms.administration import CloseOffice
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.scope import offices_of

MANAGE = "directory.manage_places"


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """Show the closed days to come and those past, and close an office for a day."""
    offices = offices_of(account_of(request), MANAGE)
    # A day that was taken back comes in the address, ready to be closed again.
    before = {name: request.GET[name] for name in CloseOffice.base_fields if name in request.GET}
    form = CloseOffice(
        request.POST or None, offices=[(str(one.pk), one.name) for one in offices], initial=before
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        office = Office.objects.select_related("unit").get(pk=data["office"])
        try:
            actions.close_office_on(
                office=office,
                on=data["on"],
                part=data["part"],
                reason=data["reason"],
                by=account_of(request),
                at=now(),
            )
        except Invalid as refused:
            for fault in refused.faults:
                form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
        else:
            messages.success(
                request, _("The day is closed. Due dates that are fixed from now on count with it.")
            )
            return go("closures")
    closures = (
        Closure.objects.filter(office__in=offices).select_related("office").order_by("-on", "part")[:100]
    )
    context = {
        "form": form,
        "coming": [c for c in closures if c.on >= today()],
        "past": [c for c in closures if c.on < today()],
    }
    return show(request, "admin/closures", context, status=422 if form.errors else 200)


@require_POST
@desk_page(MANAGE)
def reopen(request: HttpRequest, closure: UUID) -> HttpResponse:
    """Take a closed day back: the office serves after all."""
    found = get_object_or_404(Closure.objects.select_related("office__unit"), pk=closure)
    actions.open_office_on(closure=found, by=account_of(request), at=now())
    messages.success(
        request, _("The office serves on that day after all. To undo it, close the day again below.")
    )
    day = {
        "office": str(found.office_id),
        "on": found.on.isoformat(),
        "part": found.part,
        "reason": found.reason,
    }
    return go("closures", query=day)
