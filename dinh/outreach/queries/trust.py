"""What a house is told: whether a badge is genuine, what became of a receipt, to which visit a slip belongs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.dossiers.models import Dossier
from dinh.lib.dates import local_date, show_date
from dinh.outreach.models import Assistance, Badge, Difficulty, Member, Operation, SlipBook, Visit
from dinh.outreach.queries.happenings import RESULTS
from dinh.outreach.queries.scope import in_term
from dinh.outreach.rules import badges
from dinh.outreach.rules.badges import Verdict


@dataclass(frozen=True)
class Answer:
    """What is said of a code: never more than stands on the card, and of a revoked one not the name."""

    verdict: Verdict
    badge: Badge | None = None
    first_name: str = ""
    team: str = ""
    place: str = ""
    until: date | None = None

    @property
    def genuine(self) -> bool:
        """Whether the card may be relied on."""
        return self.verdict == Verdict.GENUINE


def check_badge(text: str, *, at: datetime) -> Answer:
    """Return what is known of a badge's code, typed, scanned or sent. Three queries at most."""
    code = badges.normalise(text)
    badge = Badge.objects.filter(code=code).select_related("account").first() if code else None
    if badge is None:
        return Answer(Verdict.UNKNOWN)
    on = local_date(at)
    member = _shown_term(badge, on)
    found = badges.verdict(
        revoked=badge.revoked_at is not None, expires_on=badge.expires_on,
        active=member is not None and badge.account.is_active, on=on,
    )  # fmt: skip
    if member is None or found != Verdict.GENUINE:
        return Answer(found, badge, until=badge.expires_on)
    return Answer(
        found, badge, badge.account.full_name.split()[-1], member.team.name,
        directory.unit_title(member.team.unit_id, on, with_parents=False), badge.expires_on,
    )  # fmt: skip


def answer_message(text: str, *, at: datetime, language: str = "vi") -> tuple[Answer, str] | None:
    """Return what is answered to a message that asks about a badge ("THE 4821-7730"), or None when it asks nothing.

    For the connector that receives messages; the caller counts the check (`actions.trust.note_check`, way "sms").
    """
    code = badges.code_in(text)
    if code is None:
        return None
    found = check_badge(code, at=at)
    with override(language):
        never = _("We never ask for a password or money.")
        if found.genuine:
            said = _("Badge %(code)s is genuine: %(name)s, %(team)s, until %(day)s.") % {
                "code": code, "name": found.first_name, "team": found.team, "day": show_date(found.until, language),
            }  # fmt: skip
        else:
            said = _("Badge %(code)s is NOT in force. Do not let them in; call us.") % {"code": code}
    return found, f"{said} {never}"


def checks_of(unit: UUID, since: datetime) -> dict[str, int]:
    """Return how often badges of a commune were checked since then, genuine or not."""
    rows = Badge.objects.filter(unit__in=tree.with_inherited(unit), checks__at__gte=since).values_list(
        "checks__genuine", flat=True
    )
    found = list(rows)
    return {"genuine": sum(found), "refused": len(found) - sum(found)}


@dataclass(frozen=True)
class Became:
    """What became of something handed over at the door, without a word of who or what it is about."""

    kind: str  # of the operation: "filing", "difficulty", …
    state: str  # "received", "waits", "review", "not_taken", "processing", "accepted", "refused", "answered"
    on: date
    village: str
    number: str = ""  # of the dossier
    since: date | None = None  # of the state


def receipt(code: str) -> list[Became]:
    """Return what became of the operations with a receipt code; newest first, empty when there is none.

    A code names one operation: two would need eight signs of 40 bits in common.
    """
    rows = Operation.objects.filter(receipt=code).select_related("village").order_by("-received_at")[:3]
    return [_became(one) for one in rows]


def slip(unit: UUID, number: int) -> tuple[SlipBook | None, list[Visit]]:
    """Return the book of a slip's number, and the visits at which it was left: one, if all is well."""
    book = (
        SlipBook.objects.filter(unit__in=tree.with_inherited(unit), first__lte=number, last__gte=number)
        .select_related("account")
        .first()
    )
    wanted = Q(slip=str(number)) | Q(slip=f"{number:06d}")
    visits = Visit.objects.filter(wanted, household__unit=unit).select_related(
        "household", "account", "village"
    )
    return book, list(visits.order_by("at"))


def used_of(books: Collection[SlipBook]) -> dict[UUID, int]:
    """Return how many numbers of each book were left at houses. One query whatever their number."""
    left: dict[UUID, set[int]] = {}
    rows = Visit.objects.filter(account__in={one.account_id for one in books}).exclude(slip="")
    for account, slip in rows.values_list("account", "slip"):
        if slip.isdigit():
            left.setdefault(account, set()).add(int(slip))
    return {
        one.pk: sum(one.first <= number <= one.last for number in left.get(one.account_id, ()))
        for one in books
    }


def verdicts(badges_: Collection[Badge], on: date) -> dict[UUID, Verdict]:
    """Return what a house that checks each badge would be told. One query; the badges come with their accounts."""
    terms = Member.objects.filter(in_term(on), account__in={one.account_id for one in badges_})
    members = set(terms.values_list("account", flat=True))
    return {
        one.pk: badges.verdict(
            revoked=one.revoked_at is not None, expires_on=one.expires_on,
            active=one.account_id in members and one.account.is_active, on=on,
        )
        for one in badges_
    }  # fmt: skip


def _shown_term(badge: Badge, on: date) -> Member | None:
    order = {"village": 0, "young": 1, "commune": 2, "steering": 3}
    terms = Member.objects.filter(in_term(on), account=badge.account_id).select_related("team")
    return min(terms, key=lambda one: (order[one.team.kind], one.from_on), default=None)


def _became(operation: Operation) -> Became:
    on = local_date(operation.captured_at)
    village = (
        directory.unit_title(operation.village_id, on, with_parents=False) if operation.village_id else ""
    )
    plain = {"waiting": "waits", "review": "review", "refused": "not_taken"}
    if operation.state in plain:
        return Became(operation.kind, plain[operation.state], on, village)
    if operation.kind == "filing" and (found := _dossier_of(operation.pk)) is not None:
        state = RESULTS.get(found.status, "processing")
        since = found.finished_at or found.received_at or found.filed_at
        return Became("filing", state, on, village, found.number, local_date(since))
    if operation.kind == "difficulty":
        card = Difficulty.objects.filter(pk=operation.pk).select_related("card").first()
        if card is not None and card.card is not None and card.card.answered_at is not None:
            return Became("difficulty", "answered", on, village, since=local_date(card.card.answered_at))
    return Became(operation.kind, "received", on, village)


def _dossier_of(operation: UUID) -> Dossier | None:
    row = Assistance.objects.filter(pk=operation, dossier__isnull=False).first()
    return Dossier.objects.filter(pk=row.dossier).first() if row is not None and row.dossier else None
