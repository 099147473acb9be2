"""What the last verification says of rows, as lists and records show it: a verdict in word, shape and colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account
from dinh.registers.models import Record
from dinh.verification import reach
from dinh.verification.models import Finding, Match
from dinh.verification.words import say
from dinh.web.desk import measuring, rating, saying

SHAPES: Mapping[str, tuple[str, str]] = {
    "verified": ("green", "✓"),
    "corrected": ("gold", "▲"),
    "ambiguous": ("gold", "?"),
    "other_person": ("red", "■"),
    "not_found": ("red", "■"),
    "dead": ("red", "✝"),
    "duplicate": ("gold", "="),
}
AGAIN = pgettext_lazy("verdict", "is verified again")
RARE, FREQUENT = 900, 20_000  # rows of one verdict: so few are named in the question, so many are met soon
FAULTY, NEVER = "faulty", "never"
# What a list of rows can be narrowed to: all that are not verified, one verdict, or none yet.
CHOICES: Mapping[str, str | Promise] = {
    FAULTY: pgettext_lazy("verdict", "all that are not verified"),
    **measuring.VERDICTS,
    NEVER: pgettext_lazy("verdict", "not judged yet"),
}


@dataclass(frozen=True)
class Judged:
    """What a verification says of one row."""

    badge: SafeString
    reasons: list[str]  # titles, the leading one first
    at: str
    findings: list[tuple[UUID, str]]  # those still open: id and title


def badges(rows: Iterable[Record]) -> dict[UUID, SafeString]:
    """Return {id of the record: its verdict} of those that were judged. One query."""
    versions = {row.pk: row.version for row in rows}
    found = Match.objects.filter(pk__in=versions).values_list("pk", "verdict", "record_version")
    return {pk: _badge(verdict, version == versions[pk]) for pk, verdict, version in found}


def of(row: Record, account: Account, on: date, language: str) -> Judged | None:
    """Return what the last verification says of a record; None where it never was judged. Two queries."""
    match = Match.objects.select_related("submission").filter(pk=row.pk).first()
    if match is None:
        return None
    mine = reach.within(reach.readable(account, on, row.register))
    still = Finding.objects.filter(mine, record=row, state=Finding.State.OPEN).order_by("-gain", "pk")
    return Judged(
        badge=_badge(match.verdict, match.record_version == row.version),
        reasons=[str(say(code, row.register).title) for code in match.reasons],
        at=saying.day(match.submission.finished_at, language),
        findings=[(one.pk, str(say(one.code, one.register).title)) for one in still],
    )


def where(register: str, chosen: str) -> Q:
    """Return the condition that narrows the records of a register to a choice of `CHOICES`. One query or two.

    A list is read in its order until a page is full: what is rare would be looked for in all of it, so its rows are
    named, or found first; what is frequent is met soon.
    """
    if chosen == NEVER:
        return Q(match__isnull=True)
    if chosen == FAULTY:
        return Q(match__isnull=False) & ~Q(match__verdict="verified")
    mine = Match.objects.filter(register=register, verdict=chosen)
    number = mine.count()
    if number > FREQUENT:
        return Q(match__verdict=chosen)
    return Q(pk__in=list(mine.values_list("pk", flat=True)) if number <= RARE else mine.values("pk"))


def _badge(verdict: str, current: bool) -> SafeString:
    """A row that changed since it was judged waits for the verification that follows."""
    if not current:
        return rating.state("plain", "‖", AGAIN)
    colour, shape = SHAPES.get(verdict, ("plain", "–"))
    word: Any = measuring.VERDICTS.get(verdict, verdict)
    return rating.state(colour, shape, word)
