"""The doors of the desk: only those that open for the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.web.desk import tabs

TEAMS = ("outreach.lead", "outreach.manage", "outreach.supervise")
ADMINISTRATION = ("directory.manage_accounts", "directory.manage_places", "journal.read")


@dataclass(frozen=True)
class Door:
    """One entry of the menu; `names` are the pages that stand behind it."""

    name: str
    label: str | Promise
    permissions: tuple[str, ...]
    names: frozenset[str]
    key: str = ""
    under: bool = False  # every page whose address begins with its own stands behind it
    face: str = ""  # the page of another face to which it leads


DOORS = (
    Door(
        "home", _("Worklist"), ("dossiers.read",),
        frozenset({"home", "dossier", "looked", "act", "slip", "correct", "complete", "apology", "paper", "paper_back"}), "l",
    ),
    Door(
        "counter", _("Counter"), ("dossiers.receive", "drafts.help"),
        frozenset({"counter", "counter_open", "counter_scan", "queue", "draft", "draft_page", "draft_check", "draft_attach"}),
        "c",
    ),
    Door("chair", _("Decisions"), ("dossiers.approve",), frozenset({"chair", "chair_approve"}), "d"),
    Door(
        "people", _("People"), ("population.read",),
        frozenset({"people", "person", "person_looked", "household", "import", "import_plan"}),
    ),
    Door("registers", _("Registers"), ("registers.read",), frozenset(
        {"registers", "register", "register_imports", "register_import", "register_map", "record", "record_new",
         "record_correct", "record_close", "scans", "scan_new", "scan_book", "scan_page", "scan_key", "scan_entry",
         "verification", "verification_run", "corrections"}
    )),
    Door(
        "findings", _("Findings"), ("verification.decide",),
        frozenset({"findings", "findings_bulk", "finding", "finding_decide"}),
    ),
    Door("teams", _("Teams"), TEAMS, frozenset({"teams"}), under=True),
    Door(
        "difficulties", _("Difficulties"), ("work.answer",),
        frozenset({"difficulties", "cards", "card", "card_new"}),
    ),
    Door("board", _("Board"), ("board.read",), frozenset(), face="board:home"),
    Door("figures", _("Figures"), ("figures.read",), frozenset({"figures", "figure_rows"})),
    Door("administration", _("Administration"), ADMINISTRATION, frozenset()),
)  # fmt: skip
OWN = frozenset({"keys", "notices"})  # of whoever sits at the desk, behind no door


def of(request: HttpRequest) -> dict[str, Any]:
    """Return the menu for a page: label, address, whether it is the present one, its key."""
    account = cast(Account, request.user)
    on = timezone.localdate()
    current = _behind(request)
    items = [
        {
            "label": door.label,
            "url": reverse(door.face or f"desk:{door.name}"),
            "current": door is current,
            "key": door.key,
        }
        for door in DOORS
        if any(policy.may(account, permission, on=on) for permission in door.permissions)
    ]
    return {"desk_menu": items, "team_tabs": tabs.of(request), "keys_title": gettext("Keys of the desk")}


def _behind(request: HttpRequest) -> Door | None:
    """Return the door behind which the page stands: the one that names it, else by its address."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    named = next((door for door in DOORS if here in door.names), None)
    if named is not None or here in OWN:
        return named
    above = (door for door in DOORS if door.under and request.path.startswith(reverse(f"desk:{door.name}")))
    return next(above, DOORS[-1])
