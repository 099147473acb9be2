"""Which villages somebody of a team may carry on a telephone: those of the areas of their teams, on a day.

The one source for the pack, the field API and the desk's pages of teams. A write that changes the answer for an
account raises its epoch (`outreach.actions.scope.bump_epoch`), and the telephone drops what it may no longer hold.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.outreach.models import Area, Member, ScopeEpoch, Team
from dinh.population.models import Household

FIELD = "outreach.field"


def in_term(on: date, prefix: str = "") -> Q:
    """Return the condition "in force on this day" for rows with `from_on` and an exclusive `until_on`."""
    return Q(**{f"{prefix}from_on__lte": on}) & (
        Q(**{f"{prefix}until_on__isnull": True}) | Q(**{f"{prefix}until_on__gt": on})
    )


def open_on(on: date, prefix: str = "") -> Q:
    """Return the condition "a team that exists on this day" for rows of Team, or with a path to one."""
    return Q(**{f"{prefix}opened_on__lte": on}) & (
        Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on})
    )


def teams_of(account: Account, on: date) -> QuerySet[Team]:
    """Return the open teams in which the account has a term in force on a day."""
    terms = Member.objects.filter(in_term(on), account=account)
    return Team.objects.filter(open_on(on), pk__in=terms.values("team"))


def villages_of(account: Account, on: date) -> tuple[UUID, ...]:
    """Return the villages of the areas of all teams in which the account has a term in force, in order of id.

    Empty for a closed account. One query.
    """
    if not account.is_active:
        return ()
    areas = Area.objects.filter(in_term(on), team__in=teams_of(account, on))
    return tuple(areas.order_by("village").values_list("village", flat=True).distinct())


def villages_of_team(team: Team, on: date) -> tuple[UUID, ...]:
    """Return the villages whose houses a team visits on a day, in order of id."""
    areas = Area.objects.filter(in_term(on), team=team)
    return tuple(areas.order_by("village").values_list("village", flat=True).distinct())


def members_of_villages(villages: Collection[UUID], on: date) -> dict[UUID, list[UUID]]:
    """Return for each village the accounts whose teams visit it on a day."""
    areas = Area.objects.filter(in_term(on), open_on(on, "team__"), village__in=villages)
    pairs = areas.filter(in_term(on, "team__members__"), team__members__account__is_active=True)
    found: dict[UUID, list[UUID]] = {village: [] for village in villages}
    for village, account in pairs.values_list("village", "team__members__account").distinct():
        found[village].append(account)
    return found


def households_in_scope(account: Account, on: date) -> QuerySet[Household]:
    """Return the households that live in the account's villages: not those that moved away or were closed."""
    return Household.objects.filter(village__in=villages_of(account, on), closed_on__isnull=True)


def in_scope(account: Account, village: UUID | None, on: date) -> bool:
    """Return whether a village is one of the account's."""
    return village is not None and village in villages_of(account, on)


def epoch_of(account: Account) -> int:
    """Return how often the villages of the account changed, from 1."""
    found = ScopeEpoch.objects.filter(account=account).values_list("epoch", flat=True).first()
    return found if found is not None else 1


def may_enrol(account: Account, on: date) -> bool:
    """Return whether a telephone may be enrolled: only members with leave to use the field app."""
    return policy.may(account, FIELD, on=on) and bool(villages_of(account, on))
