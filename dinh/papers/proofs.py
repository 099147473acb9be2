"""The proof of a change of places as a signed paper: counts and sums before and after, for the archive.

A handler: it runs in the worker once the entry of the change is sealed, and may run twice, which asks once. When the
change is undone, its paper is revoked: whoever checks the code is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory import tree
from dinh.directory.changes import touched
from dinh.directory.models import Account, Level, UnitChange, UnitLink
from dinh.journal.models import Entry
from dinh.lib.dates import VIETNAM, local_date, show_date
from dinh.lib.errors import Broken
from dinh.lib.money import show_number
from dinh.papers import qr
from dinh.papers.actions import request_paper, revoke
from dinh.papers.agencies import agency
from dinh.papers.models import Paper

TEMPLATE, SUBJECT = "change_proof", "unitchange"


def on_change(entry: Entry) -> None:
    """Ask for the paper of a change that was applied; revoke it when the change was undone.

    Raises Broken while the paper is still being drawn, so that the node tries again when it can be revoked.
    """
    change = UnitChange.objects.get(pk=entry.subject)
    paper = paper_of(change)
    if entry.kind == "directory.change_undone":
        if paper is not None and paper.state == Paper.State.REQUESTED:
            raise Broken("papers.not_drawn_yet", paper=paper.pk)
        if paper is not None and paper.state == Paper.State.ISSUED:
            with override("vi"):
                because = _("The change that it proves was undone.")
            revoke(paper=paper, because=because, by=entry.actor, at=entry.at)
    elif paper is None and change.state == UnitChange.State.APPLIED:
        ask(change, at=entry.at)


def ask(change: UnitChange, *, at: datetime) -> Paper:
    """Ask for the paper of an applied change; the office of the unit that goes on signs it."""
    unit = _signing(change)
    with override("vi"):
        title = f"Báo cáo đối chiếu số liệu: {change.title}"
        told = values(change)
    head = agency(unit, change.effective_on)
    data = {"agency": head, "dossier": {}, "values": told, "demonstration": bool(settings.DINH_DEMO),
            "place_date": _place_date(head["place"], at)}  # fmt: skip
    return request_paper(
        template=TEMPLATE, subject=change, subject_type=SUBJECT, unit=unit, title=title[:200], data=data,
        signers=[{"role": "agency", "name": head["name"]}], language="vi", by=change.applied_by, at=at,
    )  # fmt: skip


def paper_of(change: UnitChange) -> Paper | None:
    """Return the paper of a change, the newest if there are several; None without one."""
    found = Paper.objects.filter(subject=change.pk, template=TEMPLATE)
    return found.order_by("-requested_at", "-pk").first()


def values(change: UnitChange) -> dict[str, Any]:
    """Return what the template shows, in the language in force."""
    proof, at = change.proof, change.applied_at
    path = reverse("desk:places_change", args=[change.pk])
    page = f"{settings.DINH_PUBLIC_URL.rstrip('/')}{path}"
    return {
        "about": change.title,
        "decree": change.decree,
        "decided": str(change.get_kind_display()).capitalize(),
        "in_force": show_date(change.effective_on, "vi"),
        "applied": f"{at.astimezone(VIETNAM):%H:%M}, {show_date(local_date(at), 'vi')}" if at else "",
        "who": _who(change.applied_by),
        "equal": proof["equal"],
        "digest": change.proof_digest,
        "page": page.partition("://")[2],
        "page_qr": qr.svg(page),
        "before": [f"{one['name']} ({one['code']})" for one in proof["units_before"]],
        "after": [f"{one['name']} ({one['code']})" for one in proof["units_after"]],
        "lines": list(lines(proof)),
    }


def lines(proof: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a proof as shown: each table once, with its sums.

    The second column of a table stands for it where its first one has nothing, as in a change of villages.
    """
    known = {table.name: table for table in touched.tables()}
    told = {one["table"] for one in proof["lines"]}
    for one in proof["lines"]:
        table = known.get(one["table"])
        if table is not None and table.again and one["table"].rpartition(".")[0] in told:
            continue
        before, after = one["before"], one["after"]
        yield {
            "title": str(table.title).capitalize() if table else one["table"],
            "before": _number(before["rows"]),
            "after": _number(after["rows"]),
            "moved": _number(one["moved"]) if one["moved"] else "",
            "equal": one["equal"],
            "sums": [
                {"title": str(touched.MEASURES.get(key, key)), "before": _number(before[key]),
                 "after": _number(after[key]), "equal": before[key] == after[key]}
                for key in before if key != "rows"
            ],
        }  # fmt: skip


def _signing(change: UnitChange) -> UUID:
    """Return the unit whose office signs: who goes on, or the commune of the village that changed."""
    link = UnitLink.objects.filter(change=change, heir=True).order_by("pk").first()
    unit = link.successor_id if link else UUID(change.proof["units_after"][0]["unit"])
    naming = tree.naming(unit, change.effective_on)
    if naming is not None and naming.level == Level.VILLAGE and naming.parent:
        return naming.parent
    return unit


def _who(account: UUID | None) -> str:
    found = Account.objects.filter(pk=account).first() if account else None
    if found is None:
        return _("the owner of the node")
    return f"{found.full_name}, {found.title}" if found.title else found.full_name


def _place_date(place: str, at: datetime) -> str:
    on = local_date(at)
    return f"{place}, ngày {on.day:02d} tháng {on.month:02d} năm {on.year}"


def _number(value: int) -> str:
    return show_number(value, "vi")
