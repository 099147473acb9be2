"""Difficulties of a commune: listed, counted by kind, grouped by what seems to be one question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dinh.directory import tree
from dinh.lib.dates import VIETNAM
from dinh.outreach.models import Difficulty
from dinh.work.models import IssueCard
from dinh.work.rules.cards import Said, groups

LOOKED_AT = 400  # newest difficulties among which groups are suggested
STATES = ("open", "grouped", "answered", "told")


def of_unit(unit: UUID) -> QuerySet[Difficulty]:
    """Return the difficulties of a commune, by their village."""
    return Difficulty.objects.filter(village__in=tree.subtree(unit, timezone.localdate()))


def in_state(rows: QuerySet[Difficulty], state: str) -> QuerySet[Difficulty]:
    """Return those that are "open" (on no card), "grouped" (on one, unanswered), "answered" (not told yet) or "told"."""
    told, answered = Q(told_at__isnull=False), Q(card__answered_at__isnull=False)
    return {
        "open": rows.filter(card__isnull=True).exclude(told),
        "grouped": rows.filter(card__isnull=False).exclude(answered).exclude(told),
        "answered": rows.filter(answered).exclude(told),
        "told": rows.filter(told),
    }[state]


def state_of(one: Difficulty) -> str:
    """Return the state of one, whose card was read with it."""
    if one.told_at is not None:
        return "told"
    if one.card is None:
        return "open"
    return "answered" if one.card.answered_at is not None else "grouped"


@dataclass(frozen=True)
class Suggested:
    """Difficulties that seem to be one question."""

    kind: str
    procedure: str
    words: str  # of the newest
    ids: list[UUID]


def suggested(rows: QuerySet[Difficulty]) -> list[Suggested]:
    """Return groups among those that no card answers yet, the largest first. One query."""
    found = {one.pk: one for one in in_state(rows, "open").order_by("-at", "pk")[:LOOKED_AT]}
    said = [Said(one.pk, one.kind, one.procedure, one.words) for one in found.values()]
    return [
        Suggested(found[ids[0]].kind, found[ids[0]].procedure, found[ids[0]].words, ids)
        for ids in groups(said)
    ]


@dataclass(frozen=True)
class KindLine:
    """How many difficulties of one kind were noted, and how far they have come."""

    kind: str
    noted: int
    open: int
    answered: int
    told: int


def by_kind(rows: QuerySet[Difficulty], from_on: date, until_on: date) -> list[KindLine]:
    """Return the figures by kind of what was noted between two days, both counted; the most frequent first."""
    span = (datetime.combine(from_on, time.min, VIETNAM), datetime.combine(until_on, time.max, VIETNAM))
    counted = (
        rows.filter(at__range=span)
        .values("kind")
        .annotate(
            noted=Count("pk"),
            told=Count("pk", filter=Q(told_at__isnull=False)),
            answered=Count("pk", filter=Q(told_at__isnull=True, card__answered_at__isnull=False)),
        )
    )
    found = [
        KindLine(
            one["kind"],
            one["noted"],
            one["noted"] - one["answered"] - one["told"],
            one["answered"],
            one["told"],
        )
        for one in counted
    ]
    return sorted(found, key=lambda line: (-line.noted, line.kind))


def cards_of(units: Collection[UUID]) -> QuerySet[IssueCard]:
    """Return the cards of communes with how many difficulties stand on each, and how many were told."""
    return (
        IssueCard.objects.filter(unit__in=units)
        .select_related("owner", "office", "unit")
        .annotate(
            said=Count("difficulties"),
            told=Count("difficulties", filter=Q(difficulties__told_at__isnull=False)),
        )
    )


def late(card: IssueCard, on: date) -> bool:
    """Return whether a card should have been answered before a day."""
    return card.state == IssueCard.State.OPEN and card.due_on < on


def soon(card: IssueCard, on: date) -> bool:
    """Return whether a card must be answered within three days."""
    return card.state == IssueCard.State.OPEN and on <= card.due_on <= on + timedelta(days=3)
