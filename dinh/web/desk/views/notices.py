"""My notices: what the house told a member of staff, newest first. Citizens have a page of their own (`portal`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from dinh.lib.ids import as_uuid
from dinh.messages import actions, queries
from dinh.messages.models import Message
from dinh.web.desk import saying
from dinh.web.desk.views.base import account_of, desk_page, go, now, show

LIMIT = 50
PAGES = {
    "household": "desk:household",
    "dossier": "desk:dossier",
    "person": "desk:person",
    "unitchange": "desk:places_change",
}


@desk_page()
def page(request: HttpRequest) -> HttpResponse:
    """Show one's notices; the button under the heading says that they were read."""
    account = account_of(request)
    if request.method == "POST":
        actions.mark_read(account=account, at=now())
        return go("notices")
    found = queries.for_account(account, before=as_uuid(request.GET.get("before")), limit=LIMIT + 1)
    shown, language = found[:LIMIT], get_language() or "vi"
    context = {
        "lines": [
            {
                "title": one.title,
                "body": one.body,
                "language": one.language,
                "at": saying.moment(one.created_at, language),
                "new": one.read_at is None,
                "url": _about(one),
            }
            for one in shown
        ],
        "new": queries.unread_count(account),
        "next": shown[-1].pk if len(found) > LIMIT else "",
        "first": "before" in request.GET,
    }
    return show(request, "notices", context)


def _about(one: Message) -> str:
    """Return the page of what a notice tells about, which asks for the right itself; "" when it has none."""
    name = PAGES.get(one.subject_type)
    return reverse(name, args=[str(one.subject)]) if name else ""
