"""The pack: what one telephone is given when it asks, whole or since its cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.directory import policy, tree
from dinh.journal.models import Position, Stream
from dinh.lib.names import sort_key
from dinh.outreach.models import Device, Difficulty, Operation, Workshop
from dinh.outreach.queries.pack import feed, figures, households, tasks
from dinh.outreach.queries.scope import FIELD, epoch_of, villages_of

RECEIPT_DAYS = 30  # of work that still waits, told to a telephone that begins anew
OVERLAP = timedelta(minutes=15)  # longer than any transaction: receipts are told twice rather than never
WORKSHOP_DAYS = 21
NOTICE_DAYS = 60


@dataclass(frozen=True)
class Scope:
    """What one telephone may carry: villages, in order, and those left out because there are too many houses."""

    villages: tuple[UUID, ...]
    left_out: tuple[UUID, ...] = ()
    households: int = 0


@dataclass(frozen=True)
class Pack:
    """An answer, and whose data it holds."""

    content: dict[str, Any]
    households: tuple[UUID, ...]
    people: tuple[UUID, ...]
    reset: bool


def pack(device: Device, *, since: int, epoch: int, at: datetime, language: str) -> Pack:
    """Return what a telephone is given.

    since  its cursor, 0 for none
    epoch  of the scope that it holds

    A first pack costs some twenty queries, whatever its size; a change since then some fifteen.
    """
    account, on = device.account, timezone.localdate(at)
    now = feed.mark()  # before any row is read
    current = epoch_of(account)
    may = policy.may(account, FIELD, on=on)
    scope = limited(in_order(villages_of(account, on), on) if may else ())
    found = feed.changes(feed.Mark.of(since), now) if since and epoch == current else None
    rows, drops = _households(found, scope)
    changed = None if found is None else found.tasks([*scope.villages, None], account.pk)
    todo, task_drops = tasks.told(account, scope.villages, changed, on, language) if may else ([], [])
    content = {
        "cursor": now.cursor,
        "epoch": current,
        "reset": found is None,
        "villages": [{"id": str(pk), "name": name} for pk, name in _titles(scope.villages, on)],
        "households": rows,
        "drops": drops,
        "tasks": todo,
        "task_drops": task_drops,
        "figures": figures.own(account, on, language),
        "receipts": receipts(
            device, since if found is not None else 0, at
        ),  # of one's own work, whoever one is now
        "notices": notices(device, at) if may else [],
        "workshops": workshops(device, on, at, scope.villages) if may else [],
        "limit": _limit(scope, on),
    }
    return Pack(
        content=content,
        households=tuple(UUID(row["i"]) for row in rows),
        people=tuple(UUID(person["i"]) for row in rows for person in row["p"]),
        reset=found is None,
    )


def in_order(villages: Sequence[UUID], on: date) -> list[UUID]:
    """Return villages by name, as they are listed and as they are left out from the end."""
    return [pk for pk, _name in sorted(_titles(villages, on), key=lambda pair: (sort_key(pair[1]), pair[0]))]


def limited(villages: Sequence[UUID]) -> Scope:
    """Return the villages that fit into one telephone: whole ones, the last left out first. One query."""
    mine = households.in_villages(villages).values("village").annotate(amount=Count("pk"))
    amounts = {row["village"]: row["amount"] for row in mine}
    kept: list[UUID] = []
    total = 0
    for village in villages:
        # A single village that is too large alone is cut at the end of its lanes, in `households.rows`.
        if kept and total + amounts.get(village, 0) > households.MOST:
            break
        kept.append(village)
        total += amounts.get(village, 0)
    return Scope(tuple(kept), tuple(villages[len(kept) :]), total)


def receipts(device: Device, since: int, at: datetime) -> list[dict[str, Any]]:
    """Return what became of this telephone's operations since a cursor; of 0, those that still ask for something."""
    mine = Operation.objects.filter(device=device)
    known = _sealed_at(since) if since else None
    if known is not None:
        mine = mine.filter(changed_at__gt=known - OVERLAP)
    else:
        open_ = [Operation.State.WAITING, Operation.State.REVIEW, Operation.State.REFUSED]
        mine = mine.filter(state__in=open_, received_at__gt=at - timedelta(days=RECEIPT_DAYS))
    columns = ("pk", "state", "code", "answer", "receipt")
    return [
        {**_said(answer), "op_id": str(pk), "state": state, "code": code, "receipt": receipt}
        for pk, state, code, answer, receipt in mine.order_by("changed_at", "pk").values_list(*columns)[:5000]
    ]


def workshops(device: Device, on: date, at: datetime, villages: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return the gatherings to come, and of the last days, that the member leads or that are in their villages."""
    begin, end = at - timedelta(days=3), at + timedelta(days=WORKSHOP_DAYS)
    near = Q(lead=device.account_id) | Q(unit__in=list(villages))
    found = Workshop.objects.filter(
        near, starts_at__gte=begin, starts_at__lte=end, state=Workshop.State.PLANNED
    )
    return [
        {
            "id": str(one.pk), "title": one.title, "on": timezone.localdate(one.starts_at).isoformat(),
            "place": one.place, "code": one.code,
            "people": [str(row.person_id) for row in one.invitations.all() if row.person_id],
        }
        for one in found.prefetch_related("invitations").order_by("starts_at", "pk")[:100]
    ]  # fmt: skip


def notices(device: Device, at: datetime) -> list[dict[str, Any]]:
    """Return the answers to difficulties that the member noted: they are told at the house."""
    since = at - timedelta(days=NOTICE_DAYS)
    answered = Difficulty.objects.filter(account=device.account_id, card__answered_at__gte=since)
    return [
        {
            "id": str(one.pk), "text": one.card.answer, "about": one.words, "difficulty": str(one.pk),
            "household": str(one.household_id) if one.household_id else None,
            "at": one.card.answered_at.isoformat(), "told": one.told_at is not None,
        }
        for one in answered.select_related("card").order_by("-card__answered_at", "pk")[:100]
        if one.card is not None and one.card.answered_at is not None
    ]  # fmt: skip


def _households(found: feed.Changes | None, scope: Scope) -> tuple[list[households.Row], list[str]]:
    if found is None:
        return households.rows(None, scope.villages), []
    changed, moved = found.houses(), found.moved()
    there = households.of_these([*changed, *moved], scope.villages)
    wanted = sorted(pk for pk in changed if pk in there)
    return households.rows(wanted, scope.villages), [str(pk) for pk in moved if pk not in there]


def _limit(scope: Scope, on: date) -> dict[str, Any] | None:
    if not scope.left_out:
        return None
    names = ", ".join(name for _pk, name in _titles(scope.left_out, on))
    sentence = _(
        "A telephone holds at most %(most)s houses. Not in it: %(villages)s. Ask your leader to share the villages out."
    )
    return {
        "households": households.MOST,
        "limit": households.MOST,
        "sentence": sentence % {"most": households.MOST, "villages": names},
    }


def _titles(villages: Sequence[UUID], on: date) -> list[tuple[UUID, str]]:
    return [(pk, tree.title(pk, on, with_parents=False)) for pk in villages]


def _said(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        return {"message": "", "act": None, "answer": {}}
    return {"message": answer.get("message", ""), "act": answer.get("act"), "answer": answer}


def _sealed_at(cursor: int) -> datetime | None:
    """Return when a position was sealed: all that was written before was committed by then, or came later."""
    mark = feed.Mark.of(cursor)
    found = Position.objects.filter(node=settings.DINH_NODE, stream=Stream.LOG, position=mark.position)
    return found.values_list("seal__at", flat=True).first()
