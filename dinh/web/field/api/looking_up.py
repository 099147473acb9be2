"""A card that somebody holds out at a door, looked up online: a telephone carries no numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.directory import limits, policy
from dinh.journal import access
from dinh.journal.models import Access
from dinh.lib import citizen_number
from dinh.outreach.actions.devices import home_of
from dinh.outreach.queries.looking_up import by_name, by_number
from dinh.outreach.queries.scope import FIELD, villages_of
from dinh.web.field.api.shapes import Lookup
from dinh.web.field.api.wire import Call, WireError, endpoint

ASKED = "60/10m"  # cards of one member
PURPOSE = "field.lookup"
NO_NUMBER = _("A number has 12 digits, an old one 9. Look at the card again.")


@endpoint("POST")
def lookup(call: Call) -> dict[str, Any]:
    """Say which person and household of the member's villages a card is, and nothing of anybody else.

    `where`: "here" with `found`, "elsewhere" when the person is known but lives in no village of the member, else
    "unknown". What was asked is kept as a keyed digest alone.
    """
    asked = call.read(Lookup)
    account = call.known.account
    limits.limit("field.lookup", str(account.pk), ASKED, call.at)
    on = timezone.localdate(call.at)
    villages = villages_of(account, on) if policy.may(account, FIELD, on=on) else ()
    if asked.number:
        number = citizen_number.clean(asked.number)
        if len(number) not in {9, 12}:
            raise WireError(422, "value_invalid", NO_NUMBER, "edit", where=["number"])
        rows, known = by_number(number, villages)
    else:
        rows, known = by_name(asked.name, asked.birth_year, villages), False
    access.listed(
        kind=Access.Kind.SEARCH, subject_type="person", query=asked.model_dump(), ids=[person for person, _house in rows],
        by=account, at=call.at, purpose=PURPOSE, unit=home_of(account, call.at),
    )  # fmt: skip
    return {"where": _where(rows, known), "found": [{"person": str(p), "household": str(h)} for p, h in rows]}


def _where(rows: list[tuple[UUID, UUID]], known: bool) -> str:
    if rows:
        return "here"
    return "elsewhere" if known else "unknown"
