"""Following a request after it was sent: where it is, who has it, when it is due and why; its papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers import queries as dossiers
from dinh.dossiers.actions.consent import PROOF
from dinh.dossiers.models import Attachment, Dossier, Status
from dinh.dossiers.rules import clock, life
from dinh.journal import access
from dinh.lib import calendar
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.errors import NotFound
from dinh.papers import queries as issued
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.portal.access import account_of, citizen_required, filler_required, helps
from dinh.web.portal.views.sending import answered_pages
from dinh.web.portal.words import language_now

JUST_FILED = timedelta(minutes=30)
OWN_VERBS = {"supplement", "withdraw", "rate"}
EVENTS = {
    "filed": gettext_lazy("Sent"),
    "receive": gettext_lazy("Received: everything needed was there"),
    "request_supplement": gettext_lazy("You were asked to complete it"),
    "supplemented": gettext_lazy("You completed it"),
    "extend": gettext_lazy("Something had to be verified: more time, as the law allows"),
    "ask_payment": gettext_lazy("You were asked to settle what is owed"),
    "confirm_payment": gettext_lazy("Your payment was seen"),
    "examine": gettext_lazy("Examined"),
    "send_back": gettext_lazy("Sent back to be examined again"),
    "approve": gettext_lazy("Approved and signed"),
    "reject": gettext_lazy("Refused, with the reason"),
    "refuse": gettext_lazy("Not received, with the reason"),
    "withdraw": gettext_lazy("Withdrawn"),
    "return": gettext_lazy("Result handed over"),
    "return_result": gettext_lazy("Result handed over"),
    "rated": gettext_lazy("You rated it"),
}


def dossier_of(request: HttpRequest, number: str) -> Dossier:
    """Return the citizen's dossier and write down that it was opened; NotFound for anybody else's."""
    return dossiers.get_dossier(number, account_of(request), at=timezone.now(), related=())


def own_verbs(request: HttpRequest, found: Dossier, declared: Procedure) -> set[str]:
    """Return what the person may do with it now: supplement, withdraw, rate."""
    may_act = policy.is_own(account_of(request), found, timezone.localdate(), may_act=True)
    return OWN_VERBS & set(life.next_verbs(found, declared)) if may_act else set()


def procedure_of(dossier: Dossier) -> Procedure:
    """Return the procedure in the version under which the dossier was filed."""
    return store.get_procedure(dossier.procedure, dossier.procedure_version)


@filler_required
def filed(request: HttpRequest, number: str) -> HttpResponse:
    """Say that it is sent: the number, and what happens next."""
    helping = helps(request)
    found = _just_filed(request, number) if helping else dossier_of(request, number)
    context = {
        "d": found,
        "helping": helping,
        "filed_at": show_datetime(found.filed_at, language_now()),
        "due": show_date(timezone.localtime(found.due_at).date(), language_now()) if found.due_at else "",
        "receipt": _paper(found, "receipt") is not None,
    }
    return render(request, "portal/filed.html", context)


def _just_filed(request: HttpRequest, number: str) -> Dossier:
    """Return what a helper filed for somebody a moment ago at this computer; NotFound for everything else."""
    account, now = account_of(request), timezone.now()
    found = Dossier.objects.filter(number=number, helper=account, filed_at__gte=now - JUST_FILED).first()
    if found is None:
        raise NotFound("dossiers.no_dossier", policy.NOTHING_HERE)
    access.opened(
        subject_type="dossier", subject=found.pk, by=account, at=now, purpose=f"dossier:{found.number}",
        person=found.subject_id or found.applicant_id, unit=found.unit_id,
    )  # fmt: skip
    return found


@citizen_required
@require_safe
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Show one dossier to the citizen: what now, when and why then, what happened, what was said."""
    found, now, language = dossier_of(request, number), timezone.now(), language_now()
    declared = procedure_of(found)
    result = dossiers.result_of(found)
    people = dossiers.accounts_named(pk for pk in (found.holder_id, found.helper_id) if pk)
    holder = people[found.holder_id] if found.holder_id else None
    papers = [one for one in reversed(issued.papers_of(found.pk)) if one.state != Paper.State.FAILED]
    for one in papers:
        issue_when_read(one, at=now)
    context = {
        "d": found,
        "title": declared.title.of(language),
        "clock": clock.state_of(found, now),
        "due": show_datetime(found.due_at, language),
        "dated": _is_dated(found),
        "reasons": [calendar.say(one, language) for one in calendar.reasons_from_json(found.due_reasons)],
        "waits": found.status == Status.SUPPLEMENT and life.waits_for_citizen(found),
        "owes": found.status == Status.FINANCIAL,
        "verbs": own_verbs(request, found, declared),
        "result": result,
        "with_office": found.finished_at is None or found.status == Status.FINISHED,
        "papers": papers,
        "result_paper": next(
            (p for p in papers if result and p.pk == result.paper_id and p.state == Paper.State.ISSUED), None
        ),
        "preparing": any(p.state == "requested" for p in papers),
        "events": _events(found, declared, language, holder),
        "holder": holder,
        "helper": people[found.helper_id] if found.helper_id else None,
        "pages": answered_pages(declared, found.answers, language, timezone.localdate(found.filed_at), set()),
        "attachments": _attachments(found, declared, language),
        "rating": getattr(found, "rating", None) if found.status == life.RETURNED else None,
    }
    return render(request, "portal/dossier.html", context)


def _is_dated(found: Dossier) -> bool:
    """Say whether a date can be told: not while papers are missing before reception, nor once it is over unaccepted."""
    if found.due_at is None or found.status in (Status.WITHDRAWN, Status.NOT_ACCEPTED):
        return False
    return found.received_at is not None or not life.waits_for_citizen(found)


def _events(
    found: Dossier, declared: Procedure, language: str, holder: Account | None
) -> list[dict[str, Any]]:
    """Return the timeline: what was done, then the steps that are still to come."""
    events: list[dict[str, Any]] = [
        {
            "title": str(EVENTS.get(one.verb, one.verb)),
            "at": show_datetime(one.at, language),
            "who": one.actor,
            "note": "" if one.verb in {"filed", "rated"} else one.note,
            "state": "done",
        }
        for one in dossiers.timeline(found)
    ]
    following = (
        [] if found.status in life.DONE and found.status != life.FINISHED else _steps_left(found, declared)
    )
    for n, step in enumerate(following):
        events.append(
            {
                "title": step.title.of(language),
                "who": holder.full_name if n == 0 and holder else "",
                "state": "now" if n == 0 else "next",
                "note": _("being done now") if n == 0 and holder else "",
            }
        )
    return events


def _steps_left(found: Dossier, declared: Procedure) -> list[Any]:
    ids = [step.id for step in declared.steps]
    return list(declared.steps[ids.index(found.step) :]) if found.step in ids else []


def _attachments(found: Dossier, declared: Procedure, language: str) -> list[dict[str, Any]]:
    titles = {d.id: d.title.of(language) for d in declared.documents}
    titles[PROOF] = _("Proof of consent")
    return [
        {
            "id": pk,
            "title": titles.get(document, document),
            "filename": filename,
            "size": size,
        }
        for pk, document, filename, size in dossiers.files_of(found)
    ]


def _paper(found: Dossier, template: str) -> Paper | None:
    return (
        Paper.objects.filter(subject=found.pk, template=template, state="issued")
        .order_by("-issued_at")
        .first()
    )


@citizen_required
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponseBase:
    """Hand over the receipt slip."""
    found = dossier_of(request, number)
    slip = _paper(found, "receipt")
    return _serve(slip, f"{found.number}.pdf")


@citizen_required
@require_safe
def paper(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """Hand over one paper of the dossier."""
    found = dossier_of(request, number)
    one = (
        Paper.objects.filter(subject=found.pk, check_code=code, state="issued").select_related("blob").first()
    )
    return _serve(one, f"{one.title}.pdf" if one else "")


def _serve(one: Paper | None, filename: str) -> HttpResponseBase:
    if one is None or one.blob is None:
        raise NotFound("portal.no_paper", _("This paper is not ready yet. Come back in a moment."))
    return serve(one.blob, filename, download=True)


@citizen_required
@require_safe
def attachment(request: HttpRequest, number: str, attachment_id: str) -> HttpResponseBase:
    """Show a file that was handed in."""
    found = dossier_of(request, number)
    row = Attachment.objects.filter(pk=attachment_id, dossier=found).select_related("blob").first()
    if row is None:
        raise NotFound("portal.no_file")
    return serve(row.blob, row.filename)
