"""What the forms of teams let one choose, and a refusal put beside its question."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account, Level
from dinh.lib.errors import Invalid
from dinh.lib.names import fold, sort_key
from dinh.outreach.models import Member, Team
from dinh.outreach.policy import MANAGE, seen_teams
from dinh.outreach.queries.scope import in_term
from dinh.outreach.rules.duties import DAYS, PARTS
from dinh.web.desk.views.base import account_of, today

DAY_NAMES = {
    "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"), "fri": _("Friday"),
    "sat": _("Saturday"), "sun": _("Sunday"),
}  # fmt: skip
PART_NAMES = {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}


def listed(list_id: str) -> list[tuple[str, str]]:
    """Return the entries of a list of the catalogue in the reader's language."""
    return [(code, str(title)) for code, title in store.get().titles[list_id].items()]


def times() -> list[tuple[str, str]]:
    """Return the times that somebody may offer, "Monday, morning"."""
    return [(f"{day}.{part}", f"{DAY_NAMES[day]}, {PART_NAMES[part]}") for day in DAYS for part in PARTS]


def can() -> dict[str, list[tuple[str, str]]]:
    """Return the choices of what somebody can do, speaks and has time for."""
    return {
        "skills": listed("helper_skills"),
        "languages": listed("spoken_languages"),
        "availability": times(),
    }


def communes(request: HttpRequest, permission: str = MANAGE) -> list[UUID]:
    """Return the communes over which the person has a permission, or in which they have it over villages."""
    on, found = today(), set()
    for reach in policy.scope(account_of(request), permission, on).reaches:
        if reach.level == Level.VILLAGE:
            found.add(commune_of(reach.unit))
        else:
            found |= reach.offices_of
    return sorted(unit for unit in found if (n := tree.naming(unit, on)) and n.level == Level.COMMUNE)


def commune_of(unit: UUID) -> UUID:
    """Return the commune of a village; of another unit the unit itself."""
    naming = tree.naming(unit, today())
    return naming.parent if naming and naming.level == Level.VILLAGE and naming.parent else unit


def villages_under(units: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return the villages of communes for a form, by code."""
    found = [
        child for unit in units for child in tree.children(unit, today()) if child.level == Level.VILLAGE
    ]
    return [(str(one.unit), f"{one.type} {one.name}".strip()) for one in found]


def units_under(units: list[UUID]) -> list[tuple[str, str]]:
    """Return communes and their villages for a form; of a commune that ceased its heir, once."""
    stand = list(dict.fromkeys(tree.owner(one, today()) for one in units))
    titles = [(str(one), tree.title(one, today(), with_parents=False)) for one in stand]
    return [*titles, *villages_under(stand)]


def teams_above(request: HttpRequest, but: Team | None = None) -> list[tuple[str, str]]:
    """Return the teams that may lead another one."""
    rows = seen_teams(account_of(request), today()).filter(closed_on__isnull=True)
    kinds = (Team.Kind.STEERING, Team.Kind.COMMUNE)
    rows = rows.filter(kind__in=kinds)
    found = [one for one in rows.order_by("name", "pk") if but is None or one.pk != but.pk]
    return [("", "–"), *((str(one.pk), one.name) for one in found)]


def staff_of(units: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return the open accounts that work for some units, by given name."""
    rows = Account.objects.filter(kind=Account.Kind.STAFF, is_active=True, unit__in=list(units))
    found = [(str(pk), name) for pk, name in rows.values_list("pk", "full_name")]
    return sorted(found, key=lambda pair: sort_key(pair[1]))


def members_of(teams: Iterable[Team], but: Member | None = None) -> list[tuple[str, str]]:
    """Return the members of teams with a term in force, with their team, by given name."""
    rows = Member.objects.filter(in_term(today()), team__in=list(teams)).select_related("account", "team")
    found = [
        (str(one.pk), f"{one.account.full_name} ({one.team.name})")
        for one in sorted(rows, key=lambda one: (sort_key(one.account.full_name), fold(one.team.name)))
        if but is None or one.account_id != but.account_id
    ]
    return found


def mark(form: forms.Form, refused: Invalid) -> None:
    """Put each fault beside its question."""
    for fault in refused.faults:
        form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
