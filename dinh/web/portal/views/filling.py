"""Filling a request: begin, one page after the other, stop and go on. Papers and sending stand in `sending`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.layout import PlacedPage
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.directory.queries import unit_title
from dinh.dossiers import actions
from dinh.dossiers import queries as dossiers
from dinh.dossiers.models import Draft
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules.numbers import show_code
from dinh.lib.errors import Fault, Stale
from dinh.papers import qr
from dinh.population import queries as population
from dinh.population.models import Person
from dinh.web.components import asking
from dinh.web.components.posted import whole
from dinh.web.portal import listening, places
from dinh.web.portal.access import account_of, citizen_required, filler_required, helps
from dinh.web.portal.questions import OnPortal, person_of
from dinh.web.portal.words import language_now


@citizen_required
def begin(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """Ask for whom and where when that is not plain; then make the draft and open its first page."""
    account, today = account_of(request), timezone.localdate()
    declared = store.get_procedure(procedure_id)
    if declared.online == "none":
        return redirect("portal:procedure", declared.id)  # it says why, and where it is done instead
    own = person_of(request)
    people = _people_to_ask_for(own, declared)
    offices = places.serving_offices(today)
    waiting = _unfinished(account, declared)
    context = {
        "title": declared.title.of(language_now()),
        "procedure_id": declared.id,
        "people": people,
        "offices": [{"id": o.unit_id, "title": unit_title(o.unit_id, today)} for o in offices]
        if len(offices) > 1
        else [],
        "default_unit": places.serving_unit(own, today).pk,
        "waiting": waiting,
        "lasting": declared.for_others,
    }
    if request.method == "GET":
        return render(request, "portal/begin.html", context)
    person = next((p for p in people if str(p.pk) == request.POST.get("person")), own)
    unit = next(
        (office.unit for office in offices if str(office.unit_id) == request.POST.get("unit")),
        places.serving_unit(own, today),
    )
    draft = actions.begin_draft(
        procedure=declared,
        unit=unit,
        account=account,
        person=person,
        language=language_now(),
        at=timezone.now(),
    )
    return redirect("portal:page", draft.code, asking.first_page(draft, declared, timezone.localdate()))


def _people_to_ask_for(own: Person | None, declared: Procedure) -> list[Person]:
    """Return the person and those they may act for in this procedure; one entry means there is no choice."""
    if own is None or not declared.for_others:
        return [own] if own else []
    today = timezone.localdate()
    others = Person.objects.filter(mandates_given__agent=own).exclude(pk=own.pk).distinct()[:20]
    children = Person.objects.filter(mother=own) | Person.objects.filter(father=own)
    family = {p.pk: p for p in [*others, *children.exclude(pk=own.pk)[:20]]}
    return [own, *(p for p in family.values() if population.may_act_for(own, p, declared.id, today))]


def _unfinished(account: Account, declared: Procedure) -> list[Draft]:
    """Return drafts of the same procedure, so that nobody begins twice what they began before."""
    rows = Draft.objects.filter(
        account=account, procedure=declared.id, dossier=None, expires_on__gte=timezone.localdate()
    )
    return list(rows.order_by("-updated_at")[:3])


def draft_of(request: HttpRequest, code: str) -> Draft:
    """Return the person's draft; raise NotFound when there is none, or it is somebody else's."""
    return dossiers.get_draft(code, account_of(request), at=timezone.now())


def procedure_of(draft: Draft) -> Procedure:
    """Return the procedure in the version with which the draft began."""
    return store.get_procedure(draft.procedure, draft.procedure_version)


@filler_required
def page(request: HttpRequest, draft_code: str, page_id: str) -> HttpResponse:
    """Ask one page; keep what is sent, faulty or not; go on when nothing must be changed."""
    draft = draft_of(request, draft_code)
    if draft.dossier is not None:
        return redirect("portal:filed", draft.dossier.number)
    declared, today = procedure_of(draft), timezone.localdate()
    plain = checking.plain_answers(draft.answers)
    pages = asking.pages(declared, plain, today)
    current = next((one for one in pages if one.id == page_id), None)
    if current is None:
        # Its condition no longer holds, or the address is old: go on where something is open.
        return redirect("portal:page", draft.code, asking.first_page(draft, declared, timezone.localdate()))
    if request.method == "POST":
        return _save(request, draft, declared, current)
    faults: list[Fault] = []
    if "check" in request.GET:
        raw = {key: one.get("typed", one.get("value")) for key, one in draft.answers.items()}
        faults = list(checking.check_page(declared, page_id, raw, plain, today, language_now()).faults)
    return _ask(request, draft, declared, current, faults=faults)


def _save(request: HttpRequest, draft: Draft, declared: Procedure, current: PlacedPage) -> HttpResponse:
    post = request.POST
    posted = asking.read(current, post, draft.answers, timezone.localdate(), OnPortal(draft))
    try:
        check = actions.save_page(
            draft=draft, page_id=current.id, raw=posted.raw, by=account_of(request), at=timezone.now(),
            expected_version=whole(post.get("_version", "")),
        )  # fmt: skip
    except Stale:
        # Another window went on meanwhile. What was typed here is shown over the newer draft, to be sent again.
        posted.show_all = True
        return _ask(request, draft_of(request, draft.code), declared, current, posted=posted, stale=True)
    if "_later" in post:
        return redirect("portal:draft", draft.code)
    if posted.prepares:
        nothing = posted.found_nothing()
        return _ask(request, draft, declared, current, faults=nothing, posted=posted)
    asked = set(post.get("_shown", "").split())
    now_asked = asking.visible_ids(current, declared, draft.answers, timezone.localdate())
    new = bool(asked) and bool(now_asked - asked)
    searched = {fault.path for fault in posted.faults}
    told = _in_language(check.faults, draft, declared, current, posted)
    wrong = [fault for fault in told if fault.path not in searched and (not new or fault.path in asked)]
    faults = [*posted.faults, *wrong]
    if faults or new:
        return _ask(request, draft, declared, current, faults=faults, posted=posted, new=new)
    return _onward(draft, declared, current)


def _in_language(
    faults: Sequence[Fault], draft: Draft, declared: Procedure, current: PlacedPage, posted: asking.Sent
) -> Sequence[Fault]:
    """Return the faults naming their fields in the reader's language, when it is not the draft's any more."""
    if draft.language == language_now() or not faults:
        return faults
    plain = checking.plain_answers(draft.answers)
    again = checking.check_page(
        declared, current.id, posted.raw, plain, timezone.localdate(), language_now()
    ).faults
    known = {(fault.path, fault.code) for fault in again}
    return [*again, *(fault for fault in faults if (fault.path, fault.code) not in known)]


def _onward(draft: Draft, declared: Procedure, current: PlacedPage) -> HttpResponse:
    """Lead to what comes next: a stop, the next page, the papers, or the summary."""
    plain, today = checking.plain_answers(draft.answers), timezone.localdate()
    ids = [one.id for one in asking.pages(declared, plain, today)]
    following = ids[ids.index(current.id) + 1 :] if current.id in ids else ids[:1]
    if checking.ineligibility(declared, plain, today):
        return redirect("portal:check_answers", draft.code)
    if following:
        return redirect("portal:page", draft.code, following[0])
    if checking.documents_asked(declared, plain, today):
        return redirect("portal:papers", draft.code)
    return redirect("portal:check_answers", draft.code)


def _ask(
    request: HttpRequest,
    draft: Draft,
    declared: Procedure,
    current: PlacedPage,
    *,
    faults: list[Fault] | None = None,
    posted: asking.Sent | None = None,
    new: bool = False,
    stale: bool = False,
) -> HttpResponse:
    language, today = language_now(), timezone.localdate()
    faults = faults or []
    asked = asking.sections(
        current,
        declared,
        draft.answers,
        OnPortal(draft),
        language=language,
        today=today,
        faults=faults,
        sent=posted,
    )
    pages = asking.pages(declared, checking.plain_answers(draft.answers), today)
    ids = [one.id for one in pages]
    place = ids.index(current.id) if current.id in ids else 0
    context: dict[str, Any] = {
        "draft": draft,
        "procedure_title": declared.title.of(language),
        "title": current.title.of(language),
        "help": current.help.of(language) if current.help else "",
        "sections": asked,
        "shown": " ".join(view.name for section in asked for view in section.fields),
        "faults": faults,
        "new": new and not faults,
        "stale": stale,
        "place": place + 1,
        "total": len(ids)
        + 1
        + bool(checking.documents_asked(declared, checking.plain_answers(draft.answers), today)),
        "helping": helps(request),
        "back": reverse("portal:page", args=[draft.code, ids[place - 1]])
        if place
        else reverse("portal:draft", args=[draft.code]),
        "version": draft.version,
        "listening": listening.of_page(
            request, declared.id, current.id, [view for section in asked for view in section.fields]
        ),
    }
    return render(request, "portal/page.html", context, status=409 if stale else 422 if faults else 200)


@filler_required
def draft(request: HttpRequest, draft_code: str) -> HttpResponse:
    """Show a draft: how far it is, and the code with which it goes on at the counter."""
    found = draft_of(request, draft_code)
    if found.dossier is not None:
        return redirect("portal:filed", found.dossier.number)
    declared = procedure_of(found)
    pages = asking.pages(declared, checking.plain_answers(found.answers), timezone.localdate())
    address = settings.DINH_PUBLIC_URL + reverse("portal:draft", args=[found.code])
    context = {
        "draft": found,
        "title": declared.title.of(language_now()),
        "code": show_code(found.code),
        "qr": qr.svg(address, title=_("Code of this draft: %(code)s") % {"code": show_code(found.code)}),
        "pages": [
            {"id": p.id, "title": p.title.of(language_now()), "done": p.id in found.done_pages} for p in pages
        ],
        "next_page": asking.first_page(found, declared, timezone.localdate()),
        "all_done": all(p.id in found.done_pages for p in pages),
        "helping": helps(request),
    }
    return render(request, "portal/draft.html", context)


@filler_required
def discard(request: HttpRequest, draft_code: str) -> HttpResponse:
    """Throw a draft away; asked twice, because it cannot be undone."""
    found = draft_of(request, draft_code)
    if request.method != "POST" or "sure" not in request.POST:
        return render(
            request,
            "portal/discard.html",
            {"draft": found, "title": procedure_of(found).title.of(language_now())},
        )
    actions.discard(draft=found, by=account_of(request), at=timezone.now())
    return redirect("portal:my_dossiers")
