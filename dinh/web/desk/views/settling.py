"""One finding: the row beside the people it may mean, one decision a key, then the next one by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.dossiers.rules import values
from dinh.dossiers.rules.answers import list_codes
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault, Invalid, NotFound, NotPermitted, Stale
from dinh.population.models import Person
from dinh.registers.queries import readable_title
from dinh.verification import actions, queries
from dinh.verification.actions.contesting import PAPER
from dinh.verification.actions.deciding import CHANGED, CHANGED_SHOWN
from dinh.verification.models import Finding
from dinh.verification.shown import digest
from dinh.web.components.fields import FieldView, from_declaration
from dinh.web.desk import saying, sides
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, now, show, today
from dinh.web.desk.views.findings import DECIDE, READ, chosen, named

NAMED = ("register", "kind", "code", "commune", "village", "who", "q", "order")
BEFORE = 20  # how many of the list are read to find the one that follows
Decision = Finding.Decision
# Of what these are about, the data of the population that are proposed say nothing: taking them would settle nothing.
BESIDES = frozenset({Finding.Kind.CONTRADICTION, Finding.Kind.DECEASED, Finding.Kind.DUPLICATE})


@desk_page(READ)
def page(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Show a finding with what is needed to decide it; `?done=` names the one that was just decided."""
    return _show(request, finding, ())


def _show(request: HttpRequest, finding: UUID, faults: tuple[Fault, ...], status: int = 200) -> HttpResponse:
    account, language, on = account_of(request), get_language() or "vi", today()
    opened = queries.open_finding(account, finding, now())
    roles, shape = policy.roles_of(account, on), store.get().registers[opened.record.register]
    one, kept = opened.finding, _kept(request)
    just = chosen(account, [request.GET.get("done", "")])
    number, name = readable_title(shape, one.record, roles)
    context = {
        "finding": one,
        "opened": opened,
        "title": str(shape.title),
        "number": number,
        "name": name,
        "village": directory.unit_title(one.village_id, on, with_parents=False) if one.village_id else "",
        "reasons": sides.reasons(one, opened.match),
        "lines": sides.lay_out(opened, roles, language, on),
        "others": sides.row_lines(opened.other, roles, language) if opened.other else [],
        "other_title": str(store.get().registers[opened.other.register].title) if opened.other else "",
        "says": _says(one, shape, language),
        "fields": _typed(opened, shape, request, language),
        "faults": faults,
        "decided": _decided(one, shape, roles, language),
        "may": opened.may_decide and one.state == Finding.State.OPEN,
        "proposes": one.kind not in BESIDES and bool(opened.match and opened.match.proposed or one.says),
        "tried": _tried(request, status),
        "note": request.POST.get("note", ""),
        "next": _next(account, one, kept),
        "query": urlencode(kept),
        "just": just[0] if just else None,
        "just_named": named(just[0], account) if just else "",
        "seen": digest(one, opened.match),
        "died": _died(opened, account, language),
    }
    return show(request, "findings/finding", context, status=status)


def _tried(request: HttpRequest, status: int) -> str:
    """Return which part of the page is to be mended, and so stands open: "kept", "closed", "typed" or ""."""
    decision = request.POST.get("decision", "")
    if decision in {Decision.KEPT, Decision.CLOSED}:
        return decision
    return "typed" if status == 422 or request.POST.get("typed") == "1" else ""


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return the list's question, carried from one finding to the next."""
    return {name: request.GET[name] for name in NAMED if request.GET.get(name)}


def _which(kept: dict[str, str]) -> queries.Which:
    asked: dict[str, Any] = {
        name: kept[name] for name in ("register", "kind", "code", "commune", "village") if name in kept
    }
    who = kept.get("who")
    return queries.Which(**asked, mine=who == "mine", free=who == "nobody", text=kept.get("q", ""))


def _next(account: Account, one: Finding, kept: dict[str, str]) -> UUID | None:
    """Return the open finding that follows this one in the list; the first when this one is not in it."""
    order = kept.get("order", "gain")
    if order not in queries.ORDERS:
        order = "gain"
    listed = queries.find_findings(account, today(), _which(kept), order=order, limit=BEFORE)
    found = [row.pk for row in listed]
    following = found[found.index(one.pk) + 1 :] if one.pk in found else found
    return following[0] if following else next((pk for pk in found if pk != one.pk), None)


def _says(one: Finding, shape: Register, language: str) -> dict[str, str]:
    """Return what the person says of a contested field, and which paper shows it."""
    for field in shape.fields:
        if field.id in one.says:
            said = str(one.says[field.id])
            return {"field": str(field.title), "right": said, "paper": str(one.says.get(PAPER, ""))}
    return {}


def _died(opened: queries.Opened, account: Account, language: str) -> list[str]:
    """Return on which day each candidate died, "" for the living; nothing when nobody has died.

    The day is told to who may read the population; others learn that somebody died, as the verdict says it too.
    """
    found = []
    for person in (opened.first, opened.second):
        if person is None or person.status != Person.Status.DEAD:
            found.append("")
            continue
        reads = policy.may(account, "population.read", unit=person.unit_id, on=today())
        found.append(show_date(person.died_on, language) if reads and person.died_on else _("deceased"))
    return found if any(found) else []


def _typed(opened: queries.Opened, shape: Register, request: HttpRequest, language: str) -> list[FieldView]:
    """Return the questions under which an officer types what is right: who it is, what is missing, what is contested."""
    fields = {field.id: field for field in shape.fields}
    says = opened.finding.says
    wanted = [
        one
        for one in opened.fields
        if one.part or one.id in says or (one.value is None and fields[one.id].needed)
    ]
    return [
        from_declaration(
            fields[one.id],
            request.POST.get(one.id, _as_said(fields[one.id], says.get(one.id), one.value)),
            language=language,
            required=False,
        )
        for one in wanted
        if fields[one.id].type not in {"geometry", "people", "place", "record", "household"}
    ]


def _as_said(field: RegisterField, said: Any, value: Any) -> Any:
    """Return what the person says of a field, where it can be read as its type; else what the row says."""
    try:
        return value if said is None else values.read(field, said, list_codes(), timezone.localdate())
    except values.Wrong:
        return value


def _decided(one: Finding, shape: Register, roles: frozenset[str], language: str) -> dict[str, Any] | None:
    if one.state != Finding.State.DECIDED:
        return None
    return {
        "what": one.get_decision_display(),
        "note": one.note,
        "who": Names([one.decided_by])(one.decided_by),
        "at": saying.moment(one.decided_at, language),
        "changes": sides.done(shape, one.changed, roles, language),
    }


@require_POST
@desk_page(DECIDE)
def decide(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Decide, and go on with the next finding of the list."""
    account, decision = account_of(request), request.POST.get("decision", "")
    found = chosen(account, [str(finding)])
    if not found:
        raise NotFound("verification.no_finding", _("There is no such finding, or it is not in your care."))
    one, kept = found[0], _kept(request)
    following = _next(account, one, kept)
    note = request.POST.get("note", "").strip()[:500]
    if one.state == Finding.State.DECIDED and one.decided_by == account.pk:
        if decision in {one.decision, Decision.CORRECTED if one.decision == Decision.FIRST else ""}:
            return _onward(request, one, following, kept)  # pressed twice
    try:
        if decision == Decision.KEPT and not note:
            sentence = _("Say why the row stays as it is: whoever sees it next will ask.")
            raise Invalid("verification.say_why", [Fault("note", "verification.say_why", sentence)], sentence)
        seen = request.POST.get("seen")
        if seen is not None and seen != digest(one, getattr(one.record, "match", None)):
            raise Stale("verification.changed", CHANGED_SHOWN, finding=one.pk)
        decision, given = _meant(request, one, decision)
        one = actions.decide(
            finding=one, decision=decision, values=given, note=note, shown=seen, by=account, at=now()
        )
    except Invalid as refused:
        return _show(request, finding, tuple(refused.faults), status=422)
    except Stale as refused:
        return _show(request, finding, (Fault("", refused.code, refused.message),), status=409)
    return _onward(request, one, following, kept)


def _onward(request: HttpRequest, one: Finding, following: UUID | None, kept: dict[str, str]) -> HttpResponse:
    """Go on with the finding that follows in the list, which offers to take this decision back."""
    if following is None:
        messages.success(request, _("That was the last one of this list."))
        return redirect(f"{reverse('desk:finding', args=[one.pk])}?{urlencode(kept)}")
    query = urlencode({**kept, "done": str(one.pk)})
    return redirect(f"{reverse('desk:finding', args=[following])}?{query}")


def _meant(request: HttpRequest, one: Finding, decision: str) -> tuple[str, dict[str, Any] | None]:
    """Return the decision and the values to be written.

    Who takes the proposal where two people may be meant says who it is: what is proposed is the first one's.
    """
    if decision != Decision.CORRECTED:
        return decision, None
    given, match = _values(request, one), getattr(one.record, "match", None)
    if given is None and one.kind == Finding.Kind.CHOOSE and match is not None and match.person_id:
        if match.record_version != one.record.version:
            raise Stale("verification.changed", CHANGED, finding=one.pk)
        return Decision.FIRST, match.proposed
    return decision, given


def _values(request: HttpRequest, one: Finding) -> dict[str, Any] | None:
    """Return what the officer typed, or what the person says; None takes what is proposed.

    Only fields that this officer reads are asked and taken.
    """
    shape = store.get().registers[one.register]
    if one.says and request.POST.get("typed") != "1":
        raw = {name: said for name, said in one.says.items() if name != PAPER}
    elif request.POST.get("typed") == "1":
        fields = queries.open_finding(account_of(request), one.pk, now()).fields
        raw = {field.id: request.POST[field.id] for field in fields if field.id in request.POST}
    else:
        return None
    read, faults = {}, []
    for field in shape.fields:
        if field.id not in raw:
            continue
        try:
            value = values.read(field, raw[field.id], list_codes(), timezone.localdate())
        except values.Wrong as wrong:
            faults.append(Fault(field.id, wrong.code, wrong.message))
            continue
        if value != one.record.data.get(field.id):
            read[field.id] = value
    if faults:
        raise Invalid("verification.not_valid", faults, _("Something has to be corrected"))
    return read


@require_POST
@desk_page(DECIDE)
def undo(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Take a decision back and show the finding again."""
    account = account_of(request)
    found = chosen(account, [str(finding)])
    if not found:
        raise NotPermitted(
            "verification.no_finding", _("There is no such finding, or it is not in your care.")
        )
    actions.undo(finding=found[0], by=account, at=now())
    messages.success(request, _("The decision was taken back: the row says again what it said before."))
    return redirect(f"{reverse('desk:finding', args=[finding])}?{urlencode(_kept(request))}")
