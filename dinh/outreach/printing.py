"""Papers of the teams: reports, badges, slips, lists and posters. The worker draws them (`dinh.papers`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.lib.dates import local_date, show_date
from dinh.outreach.models import Badge, FieldReport, Member, SlipBook, Thanks, Workshop
from dinh.outreach.queries import report_text
from dinh.outreach.queries.scope import in_term
from dinh.papers import qr
from dinh.papers.actions import request_paper
from dinh.papers.agencies import agency
from dinh.papers.models import Paper
from dinh.papers.values import when

# Kinds of subjects of these papers, by which the desk decides who may read one.
REPORT, BADGE, SLIPS, GATHERING, THANKS = "fieldreport", "badge", "slipbook", "workshop", "thanks"


def public_url(path: str) -> str:
    """Return the address of a public page, as a QR code carries it."""
    return f"{settings.DINH_PUBLIC_URL.rstrip('/')}/{path}"


def plain_url(path: str) -> str:
    """Return the same address as people type it."""
    return public_url(path).partition("://")[2]


def print_report(*, report: FieldReport, by: Account, at: datetime) -> Paper:
    """Ask for the paper of a report, its figures and words as they are now."""
    told = report_text.told(report, "vi")
    return _print(
        "field_report", REPORT, report, report.unit_id, told.title, report_text.paper_values(report), by, at
    )


def print_badges(*, badges: Sequence[Badge], by: Account, at: datetime) -> Paper:
    """Ask for the cards of these members, eight on a page. All of one commune; the paper's subject is the first."""
    on = local_date(at)
    values = {"cards": [_card(one, on) for one in badges], "phone": _phone(badges[0].unit_id, on)}
    title = "Thẻ thành viên tổ công nghệ số cộng đồng"
    return _print("badge_cards", BADGE, badges[0], badges[0].unit_id, title, values, by, at)


def print_slips(*, book: SlipBook, by: Account, at: datetime) -> Paper:
    """Ask for the pre-numbered slips of a book, eight on a page."""
    values = {
        "numbers": [f"{number:06d}" for number in range(book.first, book.last + 1)],
        "holder": book.account.full_name,
        "url": plain_url("b/"),
        "qr": qr.svg(public_url("b/")),
        "phone": _phone(book.unit_id, local_date(at)),
    }
    title = f"Phiếu để lại nhà, số {book.first:06d} đến {book.last:06d}"
    return _print("slip_book", SLIPS, book, book.unit_id, title, values, by, at)


def print_list(*, workshop: Workshop, blank: int, by: Account, at: datetime) -> Paper:
    """Ask for the list of who was invited, with `blank` more lines for people who come by themselves."""
    values = {**_gathering(workshop), "rows": _invited(workshop), "blank": blank}
    return _print(
        "attendance_list", GATHERING, workshop, workshop.unit_id, "Danh sách tham dự", values, by, at
    )


def print_poster(*, workshop: Workshop, by: Account, at: datetime) -> Paper:
    """Ask for the sheet for the wall, with the QR code by which people write themselves in."""
    path = f"w/{workshop.code}"
    with override("vi"):
        kind = workshop.get_kind_display()
    values = {
        **_gathering(workshop), "kind_title": kind, "code": workshop.code, "url": plain_url(path),
        "qr": qr.svg(public_url(path)),
    }  # fmt: skip
    return _print("gathering_poster", GATHERING, workshop, workshop.unit_id, workshop.title, values, by, at)


def papers_of(subject: UUID) -> list[Paper]:
    """Return the papers printed for a report, a badge, a book or a gathering, newest first."""
    return list(Paper.objects.filter(subject=subject).order_by("-requested_at")[:20])


def team_now(account: Account, on: date) -> Member | None:
    """Return the term by which somebody is shown to people: of a village team before others."""
    terms = Member.objects.filter(in_term(on), account=account).select_related("team")
    order = {"village": 0, "young": 1, "commune": 2, "steering": 3}
    return min(terms, key=lambda one: (order[one.team.kind], one.from_on), default=None)


def _card(badge: Badge, on: date) -> dict[str, str]:
    member = team_now(badge.account, on)
    path = f"t/{badge.code}"
    return {
        "name": badge.account.full_name,
        "team": member.team.name if member else "",
        "place": directory.unit_title(member.team.unit_id, on, with_parents=False) if member else "",
        "code": badge.code,
        "until": show_date(badge.expires_on, "vi"),
        "url": plain_url(path),
        "qr": qr.svg(public_url(path)),
    }


def _gathering(workshop: Workshop) -> dict[str, Any]:
    return {
        "gathering": workshop.title,
        "place": workshop.place,
        "starts": when(workshop.starts_at),
        "lead": workshop.lead.full_name,
    }


def _invited(workshop: Workshop) -> list[dict[str, str]]:
    rows = workshop.invitations.select_related("person__household", "account").order_by("pk")
    found = []
    for one in rows:
        if one.person is not None:
            house = one.person.household
            found.append(
                {
                    "name": one.person.full_name,
                    "born": one.person.birth[:4],
                    "place": house.address if house else "",
                }
            )
        elif one.account is not None:
            found.append({"name": one.account.full_name, "born": "", "place": one.account.title})
    return sorted(found, key=lambda row: row["name"])


def _phone(unit: UUID, on: date) -> str:
    office = directory.find_office(unit, "service_centre", on)
    return office.phone if office else ""


def print_thanks(*, thanks: Thanks, by: Account, at: datetime) -> Paper:
    """Ask for the certificate of thanks."""
    terms = Member.objects.filter(account=thanks.account, from_on__lte=thanks.until_on).select_related("team")
    term = terms.order_by("-from_on", "pk").first()
    hours, minutes = divmod(thanks.minutes, 60)
    values = {
        "name": thanks.account.full_name,
        "team": term.team.name if term else "",
        "words": thanks.words,
        "from": show_date(thanks.from_on),
        "until": show_date(thanks.until_on),
        "hours": str(hours),
        "minutes": str(minutes),
        "signer": thanks.given_by.full_name,
        "signer_title": thanks.given_by.title,
    }
    title = "Thư cảm ơn thành viên tổ công nghệ số cộng đồng"
    return _print("thanks", THANKS, thanks, thanks.unit_id, title, values, by, at)


def _print(
    template: str,
    kind: str,
    subject: Any,
    unit: UUID,
    title: str,
    values: Mapping[str, Any],
    by: Account,
    at: datetime,
) -> Paper:
    data = {
        "agency": agency(unit, local_date(at)),
        "dossier": {},
        "values": dict(values),
        "demonstration": bool(settings.DINH_DEMO),
    }
    return request_paper(
        template=template, subject=subject, subject_type=kind, unit=unit, title=title[:200], data=data, signers=[],
        language="vi", by=by, at=at,
    )  # fmt: skip
