"""The roles that come with a term: volunteer or team leader, over the villages of the team; kept in step with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from dinh.directory import actions as directory
from dinh.directory.models import Account, Grant, Unit
from dinh.lib.dates import local_date
from dinh.outreach.actions.scope import bump_epoch
from dinh.outreach.models import Area, Member

ROLE_OF = {
    Member.Role.LEADER: "team_leader",
    Member.Role.DEPUTY: "team_leader",
    Member.Role.MEMBER: "volunteer",
}
ROLES = tuple(sorted(set(ROLE_OF.values())))


@dataclass(frozen=True)
class _Span:
    from_on: date
    until_on: date | None

    def joined(self, other: _Span) -> _Span:
        ends = None if None in (self.until_on, other.until_on) else max(self.until_on, other.until_on)  # type: ignore[type-var]
        return _Span(min(self.from_on, other.from_on), ends)


def keep_in_step(accounts: Iterable[Account], *, by: Account | None, at: datetime) -> None:
    """Give and end the roles of these accounts so that they are those of their terms; raise the epoch of their scope.

    Each role given or ended is an action of `directory`, caused by the action under way. Call it inside one.
    Raises what those raise: somebody who gives a role to themself is refused.
    """
    found = {account.pk: account for account in accounts}
    for account in found.values():
        _one(account, by, at)
    bump_epoch(found)


def _one(account: Account, by: Account | None, at: datetime) -> None:
    on = local_date(at)
    due = _due(account, on) if account.is_active else {}
    held: dict[tuple[str, UUID], list[Grant]] = defaultdict(list)
    grants = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), account=account, role__in=ROLES
    )
    for grant in grants.select_related("account", "unit").order_by("valid_from", "pk"):
        held[grant.role, grant.unit_id].append(grant)
    for key in sorted({*due, *held}, key=lambda pair: (pair[0], str(pair[1]))):
        _align(account, key, due.get(key), held.get(key, []), on, by, at)


def _due(account: Account, on: date) -> dict[tuple[str, UUID], _Span]:
    """Return the roles over villages that the terms of an account ask for, now or later."""
    due: dict[tuple[str, UUID], _Span] = {}
    later = Q(until_on__isnull=True) | Q(until_on__gt=on)
    terms = Member.objects.filter(later, account=account, team__closed_on__isnull=True)
    for term in terms:
        for area in Area.objects.filter(later, team=term.team_id):
            ends = [day for day in (term.until_on, area.until_on) if day is not None]
            span = _Span(max(term.from_on, area.from_on), min(ends, default=None))
            if span.until_on is not None and span.until_on <= span.from_on:
                continue
            key = (ROLE_OF[Member.Role(term.role)], area.village_id)
            due[key] = due[key].joined(span) if key in due else span
    return due


def _align(
    account: Account,
    key: tuple[str, UUID],
    due: _Span | None,
    held: list[Grant],
    on: date,
    by: Account | None,
    at: datetime,
) -> None:
    if due is None:
        for grant in held:
            directory.withdraw_grant(grant=grant, by=by, at=at, on=max(on, grant.valid_from))
        return
    last = held[-1] if held else None
    if last is None:
        _appoint(account, key, max(due.from_on, on), due.until_on, by, at)
    elif last.valid_to is not None and (due.until_on is None or due.until_on > last.valid_to):
        _appoint(account, key, last.valid_to, due.until_on, by, at)
    elif due.until_on is not None and last.valid_to != due.until_on:
        directory.withdraw_grant(grant=last, by=by, at=at, on=max(due.until_on, last.valid_from))


def _appoint(
    account: Account,
    key: tuple[str, UUID],
    since: date,
    until: date | None,
    by: Account | None,
    at: datetime,
) -> None:
    role, village = key
    unit = Unit.objects.get(pk=village)
    directory.appoint(account=account, role=role, unit=unit, valid_from=since, valid_to=until, by=by, at=at)
