"""Gatherings: the list by day, planning, and one gathering with who was invited and who came."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import queries as catalogue
from dinh.directory import queries as directory
from dinh.journal import access
from dinh.lib.dates import local_date, show_datetime
from dinh.lib.errors import NotPermitted, Refused, reasons
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.outreach import printing
from dinh.outreach.actions import gatherings as actions
from dinh.outreach.models import Workshop
from dinh.outreach.queries import gatherings as queries
from dinh.outreach.queries.leading import LEAD, MANAGE, SUPERVISE
from dinh.papers import qr
from dinh.web.components.posted import whole
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk.forms.gatherings import PlanGathering, listed
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.teams.asking import as_seen, tried, unit_of

ORDERS = {"day": gettext_lazy("Next first"), "past": gettext_lazy("Last first")}
KIND = Choice("kind", gettext_lazy("Kind"), dict(Workshop.Kind.choices))
STATE = Choice("state", gettext_lazy("State"), dict(Workshop.State.choices))
SKILLS = "basic_skills"


@desk_page(LEAD, MANAGE, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List gatherings by day: those to come first; `?form=csv` takes the list away."""
    asked = Asked.of(request.GET, ORDERS, KIND, STATE)
    found = list(_wanted(request, asked)[asked.window])
    shown, more = asked.cut(found)
    titles = {one.unit_id: directory.unit_title(one.unit_id, today(), with_parents=False) for one in shown}
    if asked.form:
        return as_file(_table(shown, titles), asked.form, "buoi-huong-dan", _("Gatherings"))
    lines = [{"row": one, "unit": titles[one.unit_id], "on": local_date(one.starts_at)} for one in shown]
    context = {
        "days": [(day, list(rows)) for day, rows in groupby(lines, key=lambda line: line["on"])],
        "today": today(),
        "asked": asked.drawn(more),
        "plans": bool(queries.places_of(account_of(request), today())),
        "trains": may(request, MANAGE) or may(request, SUPERVISE),
    }
    return show(request, "teams/gatherings", context)


@desk_page(LEAD, MANAGE, SUPERVISE)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a gathering."""
    form = PlanGathering(request.POST or None, units=_units(request), language=_language())
    if request.method == "POST" and form.is_valid():
        unit = unit_of(as_uuid(form.cleaned_data["unit"]))
        made = tried(request, actions.plan, unit=unit, plan=form.plan())
        if made is not None:
            messages.success(request, _("Planned. Invite people, or print the sheet for the wall."))
            return go("teams_gathering", made.pk)
    return show(request, "teams/gathering_new", {"form": form}, status=422 if form.errors else 200)


@desk_page(LEAD, MANAGE, SUPERVISE)
def page(request: HttpRequest, workshop: UUID) -> HttpResponse:
    """Show one gathering: invitations, the list of who came, skills before and after, papers."""
    return _page(request, _open(request, workshop))


def _page(
    request: HttpRequest, found: Workshop, *, refused: Refused | None = None, verb: str = ""
) -> HttpResponse:
    """Draw it; after a refusal with what was typed, and the reason beside it."""
    runs = queries.may_run(account_of(request), found, today())
    came = queries.who_came(found) if runs else []
    form = request.GET.get("form", "")
    if runs:
        access.listed(
            kind="export" if form in TYPES else "list", subject_type="person", query={"gathering": str(found.pk)}, ids=[one.person for one in came if one.person],
            by=account_of(request), at=now(), purpose=f"gathering:{found.code}", unit=found.unit_id,
        )  # fmt: skip
    if runs and form in TYPES:
        return as_file(_list(came), form, "danh-sach-tham-du", _("Who came"))
    context = {
        **_told(found, runs, came, queries.audiences_of(account_of(request), found.unit_id, today())),
        "typed": request.POST if refused is not None else {},
        "verb": verb,
        "refusals": reasons(refused) if refused is not None else [],
    }
    return show(request, "teams/gathering", context, status=refused.status if refused is not None else 200)


def _told(found: Workshop, runs: bool, came: list[queries.Came], audiences: list[str]) -> dict[str, Any]:
    language = _language()
    return {
        "workshop": found,
        "unit_title": directory.unit_title(found.unit_id, today(), with_parents=False),
        "topic": catalogue.list_title("workshop_topics", found.topic).of(language),
        "runs": runs,
        "came": came,
        "counts": {
            "invited": sum(one.invited for one in came),
            "reached": sum(one.reached for one in came),
            "came": sum(one.attendance is not None for one in came),
            "walkins": sum(one.attendance is not None and not one.invited for one in came),
        },
        "learnt": [
            (catalogue.list_title(SKILLS, one.code).of(language), one)
            for one in queries.learnt(found.attendances.all())
            if one.asked
        ],
        "skills": listed(SKILLS, language),
        "steps": [("", "–"), ("0", _("not")), ("1", _("with help")), ("2", _("alone"))],
        "audiences": [pair for pair in listed("workshop_audiences", language) if pair[0] in audiences],
        "officials": queries.officials(found.unit_id, today())
        if found.kind == Workshop.Kind.TRAINING
        else [],
        "papers": printing.papers_of(found.pk),
        "url": printing.plain_url(f"w/{found.code}"),
        "qr": qr.svg(
            printing.public_url(f"w/{found.code}"), title=_("QR code by which people write themselves in")
        ),
        "over": found.starts_at <= now(),
    }


@require_POST
@desk_page(LEAD, MANAGE, SUPERVISE)
def act(request: HttpRequest, workshop: UUID, verb: str) -> HttpResponse:
    """Do what a button says: invite, attend, hold, cancel, print a list or a poster."""
    found = _open(request, workshop)
    if not queries.may_run(account_of(request), found, today()):
        raise Http404
    doing = {
        "invite": _invite, "officials": _officials, "attend": _attend, "hold": _hold, "cancel": _cancel,
        "list": _print_list, "poster": _print_poster,
    }.get(verb)  # fmt: skip
    if doing is None:
        raise Http404
    as_seen(request, found)
    try:
        paper = doing(request, found)
    except NotPermitted:
        raise
    except Refused as refused:
        found.refresh_from_db()
        return _page(request, found, refused=refused, verb=verb)
    return go("teams_paper", paper.pk) if paper is not None else go("teams_gathering", workshop)


def _invite(request: HttpRequest, workshop: Workshop) -> None:
    count = actions.invite_people(
        workshop=workshop, audience=request.POST.get("audience", ""), by=account_of(request), at=now()
    )
    invited = ngettext("%(n)s person was invited.", "%(n)s people were invited.", count) % {"n": count}
    messages.success(request, invited + " " + _("Whom no message reaches is asked at the door."))


def _officials(request: HttpRequest, workshop: Workshop) -> None:
    ids = [pk for one in request.POST.getlist("account") if (pk := as_uuid(one))]
    chosen = [one for one in queries.officials(workshop.unit_id, today()) if one.pk in ids]
    count = actions.invite_officials(workshop=workshop, accounts=chosen, by=account_of(request), at=now())
    messages.success(
        request, ngettext("%(n)s person was invited.", "%(n)s people were invited.", count) % {"n": count}
    )


def _attend(request: HttpRequest, workshop: Workshop) -> None:
    codes = catalogue.codes_of(SKILLS) or []
    skills = {
        when: {code: request.POST.get(f"{when}.{code}", "") for code in codes} for when in ("before", "after")
    }
    person, account = as_uuid(request.POST.get("person")), as_uuid(request.POST.get("account"))
    if person and not workshop.invitations.filter(person=person).exists():
        raise Http404
    if account and account not in {one.pk for one in queries.officials(workshop.unit_id, today())}:
        raise Http404
    name = "" if person or account else request.POST.get("name", "")
    way = "list" if person or account else "walkin"
    actions.write_down(
        workshop=workshop, way=way, person=person, account=account, name=name, by=account_of(request), at=now(),
        **skills,
    )  # fmt: skip
    messages.success(request, _("Written down."))


def _hold(request: HttpRequest, workshop: Workshop) -> None:
    present = whole(request.POST.get("present", ""))
    actions.hold(
        workshop=workshop, present=-1 if present is None else present, note=request.POST.get("note", ""),
        by=account_of(request), at=now(),
    )  # fmt: skip
    messages.success(request, _("Written down: it took place."))


def _cancel(request: HttpRequest, workshop: Workshop) -> None:
    actions.cancel(workshop=workshop, reason=request.POST.get("reason", ""), by=account_of(request), at=now())
    messages.success(request, _("Called off. Who was told of it is told again."))


def _print_list(request: HttpRequest, workshop: Workshop) -> Any:
    return printing.print_list(workshop=workshop, blank=20, by=account_of(request), at=now())


def _print_poster(request: HttpRequest, workshop: Workshop) -> Any:
    return printing.print_poster(workshop=workshop, by=account_of(request), at=now())


def _open(request: HttpRequest, pk: UUID) -> Workshop:
    account, on = account_of(request), today()
    found = Workshop.objects.select_related("lead", "unit").filter(pk=pk).first()
    if found is None or not (
        queries.may_run(account, found, on) or queries.seen_by(account, on).filter(pk=pk).exists()
    ):
        raise Http404
    return found


def _wanted(request: HttpRequest, asked: Asked) -> QuerySet[Workshop]:
    found = queries.seen_by(account_of(request), today()).annotate(listed=Count("attendances"))
    for name in ("kind", "state"):
        if value := asked.chosen.get(name):
            found = found.filter(**{name: value})
    if asked.q:
        ids = [
            pk
            for pk, title, place in found.values_list("pk", "title", "place")
            if fold(asked.q) in fold(f"{title} {place}")
        ]
        found = found.filter(pk__in=ids)
    if asked.order == "past":
        return found.order_by("-starts_at")
    coming = found.filter(ends_at__gte=now()) if not asked.q and not asked.chosen else found
    return coming.order_by("starts_at")


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    places = queries.places_of(account_of(request), today())
    titles = ((str(pk), directory.unit_title(pk, today(), with_parents=False)) for pk in places)
    return sorted(titles, key=lambda pair: fold(pair[1]))


def _table(shown: list[Workshop], titles: dict[UUID, str]) -> list[list[str]]:
    head = [
        _("Begins"),
        _("Kind"),
        _("Title"),
        _("Place"),
        _("Village or commune"),
        _("Lead"),
        _("State"),
        _("Present"),
    ]
    return [head] + [
        [
            show_datetime(one.starts_at), one.get_kind_display(), one.title, one.place, titles[one.unit_id],
            one.lead.full_name, one.get_state_display(), str(one.present),
        ]
        for one in shown
    ]  # fmt: skip


def _list(came: list[queries.Came]) -> list[list[str]]:
    codes = catalogue.codes_of(SKILLS) or []
    head = [
        _("Name"),
        _("Invited"),
        _("Came"),
        *(f"{catalogue.list_title(SKILLS, code).of(_language())} +" for code in codes),
    ]
    return [head] + [
        [
            one.name,
            "x" if one.invited else "",
            "x" if one.attendance else "",
            *("x" if c in one.learnt else "" for c in codes),
        ]
        for one in came
    ]


def _language() -> str:
    return get_language() or "vi"
