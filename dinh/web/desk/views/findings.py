"""The worklist of findings: first what can be done together, then one by one, what brings most first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.money import show_number
from dinh.lib.names import fold
from dinh.registers.queries import readable_title, taking_scope
from dinh.verification import actions, queries, reach
from dinh.verification.models import Finding, Rate
from dinh.verification.runs import gains
from dinh.verification.words import say
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk import measuring, sides
from dinh.web.desk.views.base import account_of, desk_page, may, now, require, show, today
from dinh.web.desk.views.tables import Asked, Choice

READ, DECIDE, EXPORT = "registers.read", "verification.decide", "registers.export"
ORDERS = {
    "gain": gettext_lazy("What brings most"),
    "newest": gettext_lazy("Newest first"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Number"),
    "decided": gettext_lazy("Last decided"),
}
WHOSE = {"mine": gettext_lazy("Mine"), "nobody": gettext_lazy("Nobody’s yet")}
STATES = {str(key): label for key, label in Finding.State.choices}
AT_ONCE = 100  # how many the first preview of a bulk correction shows


@desk_page(READ)
def page(request: HttpRequest) -> HttpResponse:
    """Show the findings asked for; `?form=csv` takes them away."""
    account, on = account_of(request), today()
    groups = queries.finding_groups(account, on)
    given = {"state": "open", **request.GET.dict()}  # all of them only when that is asked
    if given["state"] == Finding.State.DECIDED:
        given.setdefault("order", "decided")
    asked = Asked.of(given, ORDERS, *_choices(account, groups, request.GET.get("code", "")))
    if asked.form:
        require(request, EXPORT)
    wanted, window = filters(asked), asked.window
    found, more = asked.cut(
        queries.find_findings(
            account, on, wanted, order=asked.order, offset=window.start, limit=window.stop - window.start
        )
    )
    if asked.form:
        found = _takeable(account, found)
    _write_down(request, found, asked)
    lines = [line(one, account) for one in found]
    if asked.form:
        return _file(lines, asked.form)
    together = [one for one in groups if one.bulk and _fits(one, asked)] if wanted.state == "open" else []
    together.sort(key=lambda one: -one.bulk * one.gain)
    count = queries.count_findings(account, on, wanted)
    context = {
        "lines": lines,
        "count": count,
        "count_shown": show_number(count, get_language() or "vi"),
        "groups": [_group(one) for one in together],
        "seconds": round(gains.WORK["bulk"][0] * 60),
        "register": wanted.register,
        "register_title": _title(wanted.register),
        "given": any(one["who"] for one in lines),
        "asked": _drawn(asked, more, may(request, EXPORT)),
        "query": asked.query,
        "open": wanted.state == "open",
        "decides": may(request, DECIDE),
        "colleagues": _colleagues(request),
        "mine": 0 if wanted.mine else queries.given_to(account, on),
        "folded": sum(1 for name in asked.chosen if name != "state") + (asked.chosen.get("state") != "open"),
        "narrowed": bool(
            asked.q or {**asked.chosen, "state": "open"} != asked.chosen or len(asked.chosen) > 1
        ),
    }
    return show(request, "findings/page", context)


def _takeable(account: Account, found: list[Finding]) -> list[Finding]:
    """Return the findings that one may take away as well as see."""
    reach = {id: taking_scope(account, id, today()) for id in {one.register for one in found}}
    return [one for one in found if reach[one.register].allows(one.unit_id)]


def _drawn(asked: Asked, more: bool, takes: bool) -> dict[str, Any]:
    """Return what the search and the foot draw; that all states are wanted stays in their addresses."""
    drawn = asked.drawn(more, takes)
    if "state" in asked.chosen:
        return drawn
    ways = {name: f"{drawn[name]}&state=" for name in ("next", "first", "csv", "xlsx") if drawn[name]}
    return {**drawn, **ways}


def filters(asked: Asked) -> queries.Which:
    """Return what was asked as `queries.find_findings` takes it."""
    chosen: dict[str, Any] = dict(asked.chosen)
    who, state = chosen.pop("who", ""), chosen.pop("state", "") or "open"
    return queries.Which(**chosen, state=state, mine=who == "mine", free=who == "nobody", text=asked.q)


def _choices(account: Account, groups: list[queries.Group], code: str) -> list[Choice]:
    shapes, on = store.get().registers, today()
    registers = {one: str(shapes[one].title) for one in sorted({group.register for group in groups})}
    codes = {group.code: group.title for group in groups}
    if code and code not in codes:
        codes[code] = say(code).title  # of a bookmark, or of a state in which nothing is open
    communes = measuring.commune_titles(_communes(account), on)
    villages = _villages(account)
    return [
        Choice("register", gettext_lazy("Register"), registers),
        Choice("kind", gettext_lazy("What to do"), {str(key): label for key, label in Finding.Kind.choices}),
        Choice("code", gettext_lazy("Reason"), dict(sorted(codes.items(), key=lambda one: fold(one[1])))),
        *([Choice("commune", gettext_lazy("Commune"), communes)] if len(communes) > 1 else []),
        *([Choice("village", gettext_lazy("Village"), villages)] if villages else []),
        Choice("who", gettext_lazy("Whose"), WHOSE),
        Choice("state", gettext_lazy("State"), STATES),
    ]


def _communes(account: Account) -> list[str]:
    """Return the communes that rows name, from the rates: findings are many, and each would be read."""
    mine = Rate.objects.filter(reach.within(reach.readable(account, today())))
    return list(mine.order_by().values_list("commune", flat=True).distinct())


def _villages(account: Account) -> dict[str, str]:
    home, on = policy.home_unit(account, today()), today()
    found = directory.villages_of(home, on) if home else []
    return {str(one.unit_id): directory.unit_title(one.unit_id, on, with_parents=False) for one in found}


def _fits(group: queries.Group, asked: Asked) -> bool:
    given = (("register", group.register), ("kind", group.kind), ("code", group.code))
    if asked.q or {"village", "commune", "who"} & set(asked.chosen):
        return False  # groups are counted and corrected everywhere, whosever they are
    return all(asked.chosen.get(name, value) == value for name, value in given)


def _title(register: str) -> str:
    return str(store.get().registers[register].title) if register else ""


def _group(one: queries.Group) -> dict[str, Any]:
    language = get_language() or "vi"
    part = {"register": one.register, "kind": one.kind, "code": one.code}
    return {
        "title": one.title,
        "register": str(store.get().registers[one.register].title),
        "number": show_number(one.bulk, language),
        "query": urlencode({**part, "n": AT_ONCE}),
        "each": urlencode(part),
    }


def line(one: Finding, account: Account) -> dict[str, Any]:
    """Return a finding as a line of a list, with what would change or has changed."""
    language, shape = get_language() or "vi", store.get().registers[one.register]
    roles = policy.roles_of(account, today())
    match = getattr(one.record, "match", None)
    if one.state == Finding.State.DECIDED:
        changes = sides.done(shape, one.changed, roles, language)
    elif one.kind == Finding.Kind.CONTESTED:
        changes = sides.contested(shape, one.record, one.says, roles, language)
    else:
        changes = sides.changes(shape, one.record, match.proposed if match else {}, roles, language)
    said = say(one.code, one.register)
    number, name = readable_title(shape, one.record, roles)
    return {
        "pk": one.pk,
        "name": name,
        "number": number,
        "register": str(shape.title),
        "title": said.title,
        "advice": said.advice,
        "kind": one.get_kind_display(),
        "usual": one.kind in {Finding.Kind.CORRECT, Finding.Kind.CONTESTED},  # the reason says it
        "changes": changes,
        "place": directory.unit_title(one.village_id, today(), with_parents=False) if one.village_id else "",
        "who": one.assignee.full_name if one.assignee else "",
        "decision": one.get_decision_display() if one.decision else "",
        "bulk": one.bulk and one.state == Finding.State.OPEN,
    }


def named(one: Finding, account: Account) -> str:
    """Return of whom a finding is, as far as the account reads it: "name (number)"."""
    shape = store.get().registers[one.register]
    number, name = readable_title(shape, one.record, policy.roles_of(account, today()))
    return f"{name} ({number})" if name else number


def _write_down(request: HttpRequest, found: list[Finding], asked: Asked) -> None:
    """Write down whose data were shown: the rows', and the people's whose data are proposed."""
    kind = "export" if asked.form else "search" if asked.q else "list"
    for subject_type, ids in (
        ("record", [one.record_id for one in found]),
        ("person", sides.people_of(found)),
    ):
        access.listed(
            kind=kind, subject_type=subject_type, query=asked.parts, ids=ids, by=account_of(request), at=now(),
            purpose="findings",
        )  # fmt: skip


def _file(lines: list[dict[str, Any]], form: str) -> HttpResponse:
    head = [
        _("Register"), _("Number"), _("Name"), _("Reason"), _("What to do"), _("Village"), _("Assigned to"), _("Decision"),
    ]  # fmt: skip
    names = ("register", "number", "name", "title", "kind", "place", "who", "decision")
    return as_file(
        [head, *([str(one[name]) for name in names] for one in lines)], form, "phat-hien", _("Findings")
    )


def _colleagues(request: HttpRequest) -> list[tuple[str, str]]:
    """Return to whom findings may be given: oneself first, then those who decide in the same unit."""
    account, on = account_of(request), today()
    home = policy.home_unit(account, on)
    if not may(request, DECIDE) or home is None:
        return []
    others = [one for one in policy.holders(DECIDE, home, None, on) if one.pk != account.pk]
    return [(str(account.pk), _("me")), *((str(one.pk), one.full_name) for one in others)]


@require_POST
@desk_page(DECIDE)
def assign(request: HttpRequest) -> HttpResponse:
    """Give the marked findings to a colleague, or to nobody."""
    account = account_of(request)
    found = chosen(account, request.POST.getlist("finding"))
    back = f"{reverse('desk:findings')}?{request.POST.get('back', '')}"
    if not found:
        messages.warning(request, _("Nothing was marked, so nothing was changed. Mark the rows first."))
        return redirect(back)
    wanted = dict(_colleagues(request))
    to = request.POST.get("to", "")
    actions.assign(
        findings=found, to=Account.objects.get(pk=to) if to in wanted else None, by=account, at=now()
    )
    said = ngettext("%(n)s finding was assigned.", "%(n)s findings were assigned.", len(found))
    messages.success(request, said % {"n": len(found)})
    return redirect(back)


def chosen(account: Account, ids: list[str]) -> list[Finding]:
    """Return the findings of these ids that the account reads, in the order given; others are nobody's choice."""
    wanted = [found for found in map(as_uuid, ids) if found]
    rows = Finding.objects.filter(reach.within(reach.readable(account, today())), pk__in=wanted)
    known = {
        one.pk: one
        for one in rows.select_related("record", "record__match", "assignee", "village", "other", "unit")
    }
    return [known[pk] for pk in dict.fromkeys(wanted) if pk in known]


def as_uuid(text: str) -> UUID | None:
    """Return an id that somebody sent; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
