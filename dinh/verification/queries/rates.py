"""Rates of registers: how many rows held at the last verification, by commune and reason, and through time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Bands
from dinh.directory.models import Account
from dinh.directory.scopes import Scope
from dinh.lib.errors import NotFound
from dinh.registers.models import Record
from dinh.registers.queries import NOTHING_HERE
from dinh.verification.models import Finding, Rate, Submission
from dinh.verification.reach import readable, within
from dinh.verification.words import say

Band = Literal["green", "yellow", "red", ""]
CRITERIA = ("dung", "du", "sach", "song")
NO_COMMUNE = "-"  # in `Rate`: rows that name no commune; the empty code is that of all rows


@dataclass(frozen=True)
class Figures:
    """Rows and how many of them held; shares are from 0 to 1, None when there is no row."""

    rows: int = 0
    verified: int = 0
    held: dict[str, int] = field(default_factory=dict)

    def share(self, criterion: str = "verified") -> float | None:
        """Return the share of rows that are verified, or for which a criterion holds."""
        part = self.verified if criterion == "verified" else self.held.get(criterion, 0)
        return part / self.rows if self.rows and self.held else None

    @property
    def verified_share(self) -> float | None:
        """The share of rows whose person is certain and contradicted by nothing."""
        return self.share()

    @property
    def dung(self) -> float | None:
        """The share of rows that nothing in the population contradicts."""
        return self.share("dung")

    @property
    def du(self) -> float | None:
        """The share of complete rows."""
        return self.share("du")

    @property
    def sach(self) -> float | None:
        """The share of rows that are written as asked and stand once."""
        return self.share("sach")

    @property
    def song(self) -> float | None:
        """The share of rows whose person lives, and there."""
        return self.share("song")


@dataclass(frozen=True)
class CommuneRates(Figures):
    """Figures of the rows that name one commune; `commune` is its code of today, "" for rows that name none."""

    commune: str = ""
    band: Band = ""


@dataclass(frozen=True)
class ReasonCount:
    """How many rows have a reason."""

    code: str
    title: str
    rows: int


@dataclass(frozen=True)
class RegisterRates(Figures):
    """Figures of a register by its last verification.

    at         when the last verification was done; None when there was none: `rows` are then those in force
    communes   worst first; `reasons` most frequent first: of `register_rates` only
    """

    id: str = ""
    title: str = ""
    band: Band = ""
    at: datetime | None = None
    open_findings: int = 0
    communes: tuple[CommuneRates, ...] = ()
    reasons: tuple[ReasonCount, ...] = ()


def rates(account: Account, on: date) -> list[RegisterRates]:
    """Return the figures of every register that the account reads, in the order of their titles.

    Three queries: rates, open findings, and the rows of registers that were never verified.
    """
    scopes = readable(account, on)
    latest: dict[str, list[Rate]] = defaultdict(list)
    for rate in _latest(scopes):
        latest[rate.register].append(rate)
    findings = _open(scopes)
    unproved = {id: scope for id, scope in scopes.items() if id not in latest}
    rows = _rows(unproved) if unproved else {}
    found = [_register(id, latest[id], findings.get(id, 0), rows.get(id, 0)) for id in scopes]
    return sorted(found, key=lambda one: one.title)


def register_rates(account: Account, register: str, on: date) -> RegisterRates:
    """Return the figures of one register with its communes and reasons. Raises NotFound. Three queries."""
    scopes = readable(account, on, register)
    if not scopes:
        raise NotFound("registers.no_register", NOTHING_HERE, register=register)
    latest = list(_latest(scopes))
    bands = store.get().registers[register].bands
    communes: dict[str, list[Rate]] = defaultdict(list)
    for rate in Rate.objects.filter(submission__in={one.submission_id for one in latest}).exclude(commune=""):
        communes["" if rate.commune == NO_COMMUNE else rate.commune].append(rate)
    reasons: Counter[str] = Counter()
    for rate in latest:
        reasons.update(rate.reasons)
    return _register(
        register,
        latest,
        _open(scopes).get(register, 0),
        0 if latest else _rows(scopes).get(register, 0),
        communes=tuple(sorted((_commune(c, some, bands) for c, some in communes.items()), key=_worst)),
        reasons=tuple(ReasonCount(code, say(code, register).title, n) for code, n in reasons.most_common()),
    )


def series(
    account: Account, register: str, on: date, criterion: str = "verified", commune: str = ""
) -> list[tuple[datetime, float]]:
    """Return the share of rows that held after each verification, oldest first; of several units their sum. One query.

    commune  code of the one whose rows are counted; all rows by default
    """
    now: dict[UUID, Rate] = {}
    told: list[tuple[datetime, float]] = []
    mine = Rate.objects.filter(within(readable(account, on, register)), commune=commune)
    for rate in mine.order_by("at", "pk").defer("reasons"):
        now[rate.unit_id] = rate
        share = Figures(*_sum(now.values())).share(criterion)
        if share is not None:
            told.append((rate.at, share))
    return told


def submissions(account: Account, on: date, register: str = "", limit: int = 50) -> list[Submission]:
    """Return verifications of the registers that the account reads, newest first. One query."""
    mine = Submission.objects.filter(within(readable(account, on, register)))
    return list(mine.select_related("unit").order_by("-at", "-pk")[:limit])


def get_submission(account: Account, id: UUID, on: date) -> Submission:
    """Return one verification. Raises NotFound when there is none, or none that the account may see."""
    found = Submission.objects.filter(within(readable(account, on)), pk=id).select_related("unit").first()
    if found is None:
        raise NotFound("verification.no_submission", NOTHING_HERE, submission=id)
    return found


def band(share: float | None, bands: Bands) -> Band:
    """Return the official colour of a rate; "" where nothing was verified."""
    if share is None:
        return ""
    return "green" if share * 100 >= bands.green else "yellow" if share * 100 >= bands.yellow else "red"


def _latest(scopes: dict[str, Scope]) -> QuerySet[Rate]:
    newer = Rate.objects.filter(register=OuterRef("register"), unit=OuterRef("unit"), commune="")
    newest = newer.order_by("-at", "-pk").values("pk")[:1]
    return Rate.objects.filter(within(scopes), commune="", pk=Subquery(newest))


def _open(scopes: dict[str, Scope]) -> dict[str, int]:
    mine = Finding.objects.filter(within(scopes), state=Finding.State.OPEN)
    return dict(mine.order_by().values_list("register").annotate(n=Count("pk")))


def _rows(scopes: dict[str, Scope]) -> dict[str, int]:
    mine = Record.objects.filter(within(scopes), state=Record.State.VALID)
    return dict(mine.order_by().values_list("register").annotate(n=Count("pk")))


def _sum(some: Iterable[Rate]) -> tuple[int, int, dict[str, int]]:
    some = list(some)
    held = {name: sum(getattr(rate, name) for rate in some) for name in CRITERIA}
    return sum(rate.rows for rate in some), sum(rate.verdicts.get("verified", 0) for rate in some), held


def _register(
    id: str,
    latest: list[Rate],
    findings: int,
    unproved: int,
    communes: tuple[CommuneRates, ...] = (),
    reasons: tuple[ReasonCount, ...] = (),
) -> RegisterRates:
    shape = store.get().registers[id]
    rows, verified, held = _sum(latest) if latest else (unproved, 0, {})
    share = verified / rows if latest and rows else None
    return RegisterRates(
        rows, verified, held, id, str(shape.title), band(share, shape.bands),
        max((rate.at for rate in latest), default=None), findings, communes, reasons,
    )  # fmt: skip


def _commune(code: str, some: list[Rate], bands: Bands) -> CommuneRates:
    rows, verified, held = _sum(some)
    return CommuneRates(rows, verified, held, code, band(verified / rows if rows else None, bands))


def _worst(one: CommuneRates) -> tuple[float, int]:
    share = one.verified_share
    return (1.0 if share is None else share, -one.rows)
