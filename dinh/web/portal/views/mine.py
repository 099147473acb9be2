"""What is mine: my dossiers (list, search, export) and my notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.dossiers import queries as dossiers
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules import clock
from dinh.dossiers.rules.numbers import show_code
from dinh.journal import access
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.messages import actions as notices
from dinh.messages import queries as messages
from dinh.web.components import states
from dinh.web.components.posted import whole
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.words import language_now

PAGE = 20
NOTICES = 50
MOST = 500
SORTS = {"newest", "oldest", "due"}


def _mine(request: HttpRequest) -> tuple[list[Dossier], str, str]:
    """Return the person's dossiers as asked for: searched by number or title, sorted."""
    text = " ".join(request.GET.get("q", "").split())[:80]
    sort = request.GET.get("sort", "newest")
    sort = sort if sort in SORTS else "newest"
    found = dossiers.for_citizen(account_of(request), limit=MOST)
    if text:
        key = fold(text)
        found = [
            one
            for one in found
            if key in fold(one.title) or key in one.number.lower() or key in one.applicant_key
        ]
    if sort == "oldest":
        found.reverse()
    elif sort == "due":
        found.sort(key=lambda one: (one.due_at is None, one.due_at, one.pk))
    return found, text, sort


@citizen_required
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """List what the person sent, and what they began."""
    language, now = language_now(), timezone.now()
    found, text, sort = _mine(request)
    start = whole(request.GET.get("from", "")) or 0
    shown = found[start : start + PAGE]
    near = clock.horizon(now)
    query: dict[str, str] = {"q": text, "sort": sort}

    def at(n: int) -> str:
        return f"?{urlencode({**query, 'from': str(n)})}"

    context = {
        "rows": [
            {
                "number": one.number,
                "title": _title(one.procedure, one.title, language),
                "status": states.standing(one.status, one.local_status),
                "clock": clock.state_at(one.status, one.local_status, one.due_at, now, near),
                "filed": show_date(timezone.localtime(one.filed_at).date(), language),
                "due": show_datetime(one.due_at, language) if one.received_at else "",
                "for_whom": one.applicant_name,
            }
            for one in shown
        ],
        "drafts": [
            {
                "code": one.code,
                "shown": show_code(one.code),
                "title": _title(one.procedure, "", language),
                "at": show_datetime(one.updated_at, language),
            }
            for one in dossiers.drafts_of(account_of(request))
        ],
        "text": text,
        "sort": sort,
        "total": len(found),
        "previous": at(max(0, start - PAGE)) if start else "",
        "next": at(start + PAGE) if len(found) > start + PAGE else "",
        "where": f"{start + 1}–{start + len(shown)} / {len(found)}" if len(found) > PAGE else "",
        "export": urlencode(query),
        "searched": bool(text),
    }
    return render(request, "portal/my_dossiers.html", context)


def _title(procedure_id: str, kept: str, language: str) -> str:
    declared = store.get().procedures.get(procedure_id)
    return declared.title.of(language) if declared else kept or procedure_id


@citizen_required
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand over the list as CSV or XLSX: the same rows as the page, all of them."""
    language = language_now()
    found, _text, _sort = _mine(request)
    head = [_("Number"), _("Request"), _("For"), _("Sent"), _("Due"), _("State")]
    rows = [
        [
            one.number,
            _title(one.procedure, one.title, language),
            one.applicant_name,
            show_datetime(one.filed_at, language),
            show_datetime(one.due_at, language) if one.received_at else "",
            states.word(states.standing(one.status, one.local_status)),
        ]
        for one in found
    ]
    access.listed(
        kind="export", subject_type="dossier", query=dict(request.GET.items()), ids=[one.pk for one in found],
        by=account_of(request), at=timezone.now(), purpose="own dossiers",
    )  # fmt: skip
    return as_file([head, *rows], kind if kind in TYPES else "csv", "ho-so", _("My dossiers"))


@citizen_required
def notices_page(request: HttpRequest) -> HttpResponse:
    """Show what we told the person; what is shown counts as read."""
    account, language = account_of(request), language_now()
    if request.method == "POST":
        notices.mark_read(account=account, at=timezone.now())
        return redirect("portal:messages")
    found = messages.for_account(account, before=as_uuid(request.GET.get("before")), limit=NOTICES + 1)
    rows = found[:NOTICES]
    numbers = dict(Dossier.objects.filter(pk__in=[row.subject for row in rows]).values_list("pk", "number"))
    context = {
        "rows": [
            {
                "title": row.title,
                "body": row.body,
                "at": show_datetime(row.created_at, language),
                "new": row.read_at is None,
                "url": reverse("portal:dossier", args=[numbers[row.subject]])
                if row.subject in numbers
                else "",
                "language": row.language,
            }
            for row in rows
        ],
        "new": messages.unread_count(account) > 0,
        "older": f"?before={rows[-1].pk}" if len(found) > NOTICES else "",
    }
    return render(request, "portal/messages.html", context)
