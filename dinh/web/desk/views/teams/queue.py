"""The waiting line of a counter: who waits, calling the next, who came and who did not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue.queries import list_title
from dinh.directory.models import Office
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.lib.ids import as_uuid
from dinh.outreach.actions import queueing
from dinh.outreach.models import QueueTicket
from dinh.outreach.queries import queueing as lines
from dinh.web.components.posted import whole
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

REFRESH_SECONDS = 60
WINDOW_KEY = "desk-window"  # at which window one sits, until the evening


@desk_page(*lines.SERVES)
def line(request: HttpRequest) -> HttpResponse:
    """Show the line of one's counter; POST calls, ends, or puts back."""
    offices = lines.counters_of(account_of(request), today())
    if not offices:
        return show(request, "teams/queue", {"office": None})
    wanted = as_uuid(request.GET.get("office", ""))
    office = next((one for one in offices if one.pk == wanted), offices[0])
    if request.method == "POST":
        try:
            _act(request, office)
        except Invalid as refused:
            messages.error(request, str(refused.faults[0].message))
        except (Refused, Stale) as refused:
            messages.error(request, str(refused.message))
        return go("queue", query={"office": str(office.pk)})
    found = lines.line_of(office, today())
    context = {
        "office": office,
        "offices": offices if len(offices) > 1 else [],
        "waiting": [_line(one) for one in found.waiting],
        "called": [_line(one) for one in found.called],
        "done": found.done,
        "window": request.session.get(WINDOW_KEY, ""),
        "moment": now(),
    }
    response = show(request, "teams/queue", context)
    response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _act(request: HttpRequest, office: Office) -> None:
    """Do what the button says."""
    post, by, at = request.POST, account_of(request), now()
    if "next" in post:
        window = post.get("window", "").strip()[:12]
        request.session[WINDOW_KEY] = window
        called = queueing.call_next(office=office, window=window, by=by, at=at)
        messages.success(request, _("Number %(n)d is called.") % {"n": called.number})
        return
    tickets = QueueTicket.objects.select_related("office").filter(office=office)
    ticket = tickets.filter(pk=str(as_uuid(post.get("ticket", "")) or office.pk)).first()
    if ticket is None:
        raise Refused("outreach.ticket_not_called", queueing.NOT_CALLED)
    ticket.version = whole(post.get("version", "")) or ticket.version
    if "back" in post:
        queueing.back_in_line(ticket=ticket, by=by, at=at)
        messages.success(request, _("Number %(n)d waits again.") % {"n": ticket.number})
    else:
        queueing.end_ticket(ticket=ticket, came="came" in post, by=by, at=at)


def _line(ticket: QueueTicket) -> dict[str, Any]:
    return {"t": ticket, "wish": list_title("counter_wishes", ticket.wish).of(get_language() or "vi")}
