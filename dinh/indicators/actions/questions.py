"""Keeping a question to the data under a name: for oneself, or for the people of a unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.models import SavedQuestion
from dinh.indicators.queries.questions import ASK
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, NotPermitted
from dinh.lib.names import fold

AT_MOST = 200  # of one account: a list that nobody can read is no help
LONGEST_NAME, LONGEST_TEXT = 120, 20_000


@action
def keep(
    kind: str, name: str, text: str, *, by: Account, at: datetime, shared_with: UUID | None = None, shared_role: str = ""
) -> SavedQuestion:  # fmt: skip
    """Keep a question; one's own of the same kind and name is replaced.

    kind         of `SavedQuestion.Kind`
    text         the query of the address, or the statement
    shared_with  a unit in reach of `figures.ask`: its people and those of the units below may open it
    shared_role  only those who hold this role

    Raises NotPermitted; Invalid ("indicators.question") without a name, or too long.
    """
    day = local_date(at)
    policy.require(by, ASK, on=day)
    if shared_with is not None:
        policy.require(by, ASK, unit=shared_with, on=day)
    name = " ".join(name.split())
    own = SavedQuestion.objects.filter(owner=by.pk, removed_at__isnull=True)
    found = own.filter(kind=kind, name=name).first()
    full = found is None and own.count() >= AT_MOST
    refuse_if(_faults(kind, name, text, shared_with, shared_role, full=full), "indicators.question")
    columns: dict[str, Any] = {
        "text": text, "shared_with": shared_with, "shared_role": shared_role if shared_with else "", "changed_at": at,
    }  # fmt: skip
    if found is not None:
        change(found, "indicators.question_kept", by=by, at=at, unit=shared_with, **columns)
        return found
    row = SavedQuestion(
        kind=kind, name=name, search_key=fold(name)[:LONGEST_NAME], owner=by.pk, created_at=at, **columns
    )
    row.save(force_insert=True)
    created(row, "indicators.question_kept", by=by, at=at, unit=shared_with)
    return row


@action
def remove(row: SavedQuestion, *, by: Account, at: datetime) -> SavedQuestion:
    """Take one's own question away; `bring_back` undoes it."""
    _require_own(row, by)
    if row.removed_at is None:
        change(row, "indicators.question_removed", by=by, at=at, unit=row.shared_with, removed_at=at)
    return row


@action
def bring_back(row: SavedQuestion, *, by: Account, at: datetime) -> SavedQuestion:
    """Undo `remove`."""
    _require_own(row, by)
    if row.removed_at is not None:
        change(row, "indicators.question_brought_back", by=by, at=at, unit=row.shared_with, removed_at=None)
    return row


def _require_own(row: SavedQuestion, by: Account) -> None:
    if row.owner != by.pk:
        message = _("Only who kept this question may take it away.")
        raise NotPermitted("indicators.question_of_another", message, question=row.pk, account=by.pk)


def _faults(kind: str, name: str, text: str, unit: UUID | None, role: str, *, full: bool) -> list[Fault]:
    faults = []
    if not name or len(name) > LONGEST_NAME:
        faults.append(Fault("name", "length", _("Give the question a name of at most 120 signs.")))
    if not text.strip() or len(text) > LONGEST_TEXT:
        faults.append(Fault("text", "length", _("There is no question to keep, or it is too long.")))
    if kind not in SavedQuestion.Kind.values:
        faults.append(Fault("kind", "unknown", _("There is no such kind of question.")))
    if role and role not in store.get().roles:
        faults.append(Fault("shared_role", "unknown", _("There is no such role.")))
    if full:
        faults.append(Fault("name", "too_many", _("You already keep 200 questions. Delete one first.")))
    return faults
