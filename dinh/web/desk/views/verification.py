"""How clean a register is: rates now and through time, by commune and by reason, the runs, and starting one.

A run takes seconds or minutes in a process of its own; its page asks again while it runs, and is right without
script as well. A file handed in is verified like the register and kept by nobody: its answer is taken away.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.lib.money import show_number
from dinh.registers.queries import scope_of
from dinh.verification import actions, queries
from dinh.verification.models import Submission
from dinh.verification.queries import ReasonCount
from dinh.verification.words import say
from dinh.web.components import answers
from dinh.web.components.charts.rates import percent, rate_line
from dinh.web.desk import measuring, rating, saying
from dinh.web.desk.forms.verification import HandIn
from dinh.web.desk.receiving import receives
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, partial, show, today
from dinh.web.desk.views.registers import readable
from dinh.web.desk.views.scope import unit_choices, unit_named

READ, START, EXPORT = "registers.read", "verification.start", "registers.export"
RUNS = 12
COMMUNES = 20  # the worst; `?all=1` shows every one


def starts(request: HttpRequest) -> bool:
    """Return whether whoever asks may start a verification anywhere; asked before a file is received."""
    user = request.user
    return isinstance(user, Account) and user.is_staff and may(request, START)


@desk_page(READ)
def page(request: HttpRequest, register: str) -> HttpResponse:
    """Show the rates of a register and what they come from."""
    return show(request, "verification/page", _context(request, register_of(request, register), HandIn()))


def _context(request: HttpRequest, shape: Register, form: HandIn) -> dict[str, Any]:
    account, language, on = account_of(request), get_language() or "vi", today()
    found = queries.register_rates(account, shape.id, on)
    runs = queries.submissions(account, on, shape.id, limit=RUNS)
    names = Names(one.by for one in runs)
    units = units_of(request, shape.id)
    going = next((one for one in runs if one.state in {"waiting", "running"}), None)
    context = {
        "register": shape.id,
        "title": str(shape.title),
        "nameable": shape.person is not None,
        "going": run_in_words(going, names, language) if going else None,
        "runs": [run_in_words(one, names, language) for one in runs],
        "form": form,
        "units": units,
        "starts": bool(units),
        "takes": may(request, EXPORT),
        "days_kept": answers.DAYS,
        "open_findings": found.open_findings,
    }
    return {**context, **_rates(request, shape, found, runs, language)} if found.at else context


def _rates(
    request: HttpRequest, shape: Register, found: queries.RegisterRates, runs: list[Submission], language: str
) -> dict[str, Any]:
    account, on = account_of(request), today()
    asked = request.GET.get("criterion", "")
    criterion = asked if asked in measuring.CRITERIA else "verified"
    place = request.GET.get("commune", "")
    commune = place if place in {one.commune for one in found.communes} else ""
    label = str(measuring.CRITERIA[criterion][0])
    if commune:
        label += f", {measuring.commune_titles([commune], on).get(commune, commune)}"
    points = queries.series(account, shape.id, on, criterion, commune)
    last = next((one for one in runs if one.source == "records" and one.state == "done"), None)
    communes = found.communes if request.GET.get("all") else found.communes[:COMMUNES]
    return {
        "sentence": ngettext(
            "%(share)s of %(n)s row is verified.", "%(share)s of %(n)s rows are verified.", found.rows
        )
        % {"share": percent(found.verified_share, language), "n": show_number(found.rows, language)},
        "band": rating.badge(found.band),
        "rates": measuring.rates(found, language),
        "at": saying.moment(found.at, language),
        "green": shape.bands.green,
        "yellow": shape.bands.yellow,
        "criterion": criterion,
        "commune": commune,
        "criterion_label": label,
        "chart": rate_line(points, label, language, shape.bands.green / 100, shape.bands.yellow / 100),
        "days": measuring.days(points, language),
        "reasons": measuring.reasons(found.reasons, shape.id, found.rows, language),
        "communes": measuring.communes(communes, language, on),
        "more_communes": len(found.communes) - len(communes),
        "profile": measuring.profile(
            last.summary if last else {}, {one.code: one.rows for one in found.reasons}, language
        ),
    }


def run_in_words(one: Submission, names: Names, language: str) -> dict[str, Any]:
    """Return one run as pages tell it, with who started it."""
    told = measuring.run(one, language)
    every = told["full"] or 0 < told["rows"] <= told["again"]
    what = told["file"] if told["of_file"] else _("every row") if every else _("what changed")
    rows = ngettext("%(n)s row verified.", "%(n)s rows verified.", told["again"] or told["rows"])
    return {
        **told,
        "who": names(one.by) or _("the system"),
        "what": what,
        "said": rows % {"n": show_number(told["again"] or told["rows"], language)},
        "url": reverse("desk:verification_run", args=[one.pk])
        if told["of_file"]
        else reverse("desk:verification", args=[one.register]),
    }


@require_POST
@desk_page(START)
def start(request: HttpRequest, register: str) -> HttpResponse:
    """Verify the register's records: what changed since the last time, or all of it anew."""
    shape = register_of(request, register)
    given = actions.submit(
        register=shape.id, unit=unit_named(_unit(request, shape.id)), full=request.POST.get("full") == "1",
        by=account_of(request), at=now(),
    )  # fmt: skip
    return go("verification_run", given.pk)


@receives("DINH_MAX_IMPORT_BYTES", starts)
@require_POST
@desk_page(START)
def hand_in(request: HttpRequest, register: str) -> HttpResponse:
    """Verify a file that somebody brought; nothing of it is kept in the register."""
    shape = register_of(request, register)
    form = HandIn(request.POST, request.FILES)
    if form.is_valid():
        received = form.cleaned_data["file"].received
        try:
            with answers.as_table(received.path, received.filename, shape) as (path, name):
                given = actions.submit(
                    register=shape.id, unit=unit_named(_unit(request, shape.id)), source=Submission.Source.FILE,
                    filename=name, path=path, by=account_of(request), at=now(),
                )  # fmt: skip
        except (Invalid, Refused) as refused:
            faults = refused.faults if isinstance(refused, Invalid) else ()
            form.add_error("file", str(faults[0].message if faults else refused.message))
        else:
            return go("verification_run", given.pk)
    return show(request, "verification/page", _context(request, shape, form), status=422)


@desk_page(READ)
def run(request: HttpRequest, submission: UUID) -> HttpResponse:
    """Show one run: how far it is, then what it found."""
    account, language = account_of(request), get_language() or "vi"
    found = queries.get_submission(account, submission, today())
    context: dict[str, Any] = {"run": run_in_words(found, Names([found.by]), language)}
    if partial(request):
        part = show(request, "verification/progress", context)
        if not context["run"]["going"]:
            part["HX-Refresh"] = "true"  # the rest of the page tells what was found
        return part
    rows = found.summary.get("rows") or 0
    counts = found.summary.get("verdicts", {})
    counted = [
        ReasonCount(code, say(code, found.register).title, number)
        for code, number in found.summary.get("reasons", {}).items()
    ]
    context |= {
        "title": str(store.get().registers[found.register].title),
        "kept": answers.is_kept(found),
        "takes": may(request, EXPORT, found.unit_id) or may(request, START, found.unit_id),
        "until": show_date(answers.kept_until(found), language),
        "verdicts": [
            (label, counts[name], percent(counts[name] / rows if rows else None, language))
            for name, label in measuring.VERDICTS.items()
            if counts.get(name)
        ],
        "reasons": measuring.reasons(counted, found.register, rows, language),
    }
    return show(request, "verification/run", context)


@desk_page(EXPORT, START)
def answer(request: HttpRequest, submission: UUID, form: str) -> HttpResponseBase:
    """Take away what a run says of every row of a file that was handed in, or its summary."""
    account = account_of(request)
    found = queries.get_submission(account, submission, today())
    if form not in answers.FORMS:
        raise Http404
    if not any(may(request, permission, found.unit_id) for permission in (EXPORT, START)):
        raise policy.refusal(EXPORT, account, unit=found.unit_id)
    return answers.taken(found, form, by=account, at=now(), purpose=f"register:{found.register}")


def register_of(request: HttpRequest, register: str) -> Register:
    """Return a register that this person reads; anything else is not there."""
    shape = readable(request).get(register)
    if shape is None:
        raise Http404
    return shape


def units_of(request: HttpRequest, register: str) -> list[tuple[str, str]]:
    """Return the units in which this person both reads the register and starts verifications."""
    reading = scope_of(account_of(request), register, today())
    return [pair for pair in unit_choices(account_of(request), START) if reading.allows(UUID(pair[0]))]


def _unit(request: HttpRequest, register: str) -> str:
    units = units_of(request, register)
    given = request.POST.get("unit", "")
    if not units:
        raise NotFound(
            "verification.no_unit", _("You do not verify this register anywhere."), register=register
        )
    return given if given in dict(units) else units[0][0]
