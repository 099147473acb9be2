"""Questions that were kept: one's own, and those that others share with one's unit or role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from dinh.directory import policy, tree
from dinh.directory.models import Account
from dinh.indicators.models import SavedQuestion
from dinh.lib.names import fold

ASK = "figures.ask"
SHOWN = 100


@dataclass(frozen=True)
class Kept:
    """A question in a list. `own`: the reader kept it and may take it away."""

    row: SavedQuestion
    owner: str  # full name
    own: bool


def kept(account: Account, on: date, *, kind: str = "", words: str = "") -> list[Kept]:
    """Return the questions that an account may open, its own first, then the newest.

    words  in the name, without regard to accents and case
    """
    rows = SavedQuestion.objects.filter(_open_to(account, on), removed_at__isnull=True)
    rows = rows.filter(kind=kind) if kind else rows
    for word in fold(words).split():
        rows = rows.filter(search_key__contains=word)
    found = sorted(rows.order_by("-changed_at", "-pk")[: 3 * SHOWN], key=lambda row: row.owner != account.pk)[
        :SHOWN
    ]
    names = dict(Account.objects.filter(pk__in={row.owner for row in found}).values_list("pk", "full_name"))
    return [Kept(row, names.get(row.owner, ""), row.owner == account.pk) for row in found]


def find(account: Account, id: UUID, on: date) -> SavedQuestion | None:
    """Return a question that the account may open; None for another."""
    rows = SavedQuestion.objects.filter(_open_to(account, on), pk=id, removed_at__isnull=True)
    return rows.first()


def _open_to(account: Account, on: date) -> Q:
    """Return the condition: one's own, or shared with a unit one works in or below, in a role one holds there."""
    found = Q(owner=account.pk)
    for role in policy.roles_of(account, on):
        units = {had for unit in _above(account, role, on) for had in tree.with_inherited(unit)}
        if units:
            found |= Q(shared_with__in=units, shared_role__in=("", role))
    return found


def _above(account: Account, role: str, on: date) -> Iterator[UUID]:
    for reach in policy.scope(account, ASK, on, roles={role}).reaches:
        yield from tree.with_parents(reach.unit, on)
