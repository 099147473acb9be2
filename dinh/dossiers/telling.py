"""What a citizen is told of each act on a dossier: a title and the lines under it, in the dossier's language.

`notices` decides when to tell, whom, and what stands at the foot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers.models import Dossier
from dinh.journal.models import Entry
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.money import show_vnd

FAULTS: dict[str, Callable[[], str]] = {
    "incorrect": lambda: _("incorrect"),
    "incomplete": lambda: _("incomplete"),
    "outdated": lambda: _("no longer valid"),
}


@dataclass(frozen=True)
class Told:
    """What a notice is made from."""

    dossier: Dossier
    procedure: Procedure
    entry: Entry
    handler: str  # name of who handled it
    language: str

    @property
    def at(self) -> str:
        return show_datetime(self.entry.at, self.language)

    @property
    def due(self) -> str:
        due_at = self._set("due_at")
        moment = datetime.fromisoformat(due_at) if due_at else self.dossier.due_at
        return show_datetime(moment, self.language)

    @property
    def reason(self) -> str:
        return str((self.entry.body or {}).get("reason") or "")

    def body(self, name: str) -> Any:
        return (self.entry.body or {}).get(name)

    def _set(self, name: str) -> Any:
        return (self.body("set") or {}).get(name)


def _title(told: Told) -> str:
    return told.procedure.title.of(told.language)


Notice = tuple[str, list[str]]


def _filed(told: Told) -> Notice:
    return (
        _("We have your request {number}").format(number=told.dossier.number),
        [
            _("{procedure}: sent at {time}.").format(procedure=_title(told), time=told.at),
            _("An officer will look at it now, and we will tell you when it is accepted."),
        ],
    )


def _received(told: Told) -> Notice:
    return (
        _("Your dossier {number} is accepted").format(number=told.dossier.number),
        [
            _("{procedure}: accepted at {time}.").format(procedure=_title(told), time=told.at),
            _("The result is due at {due} at the latest.").format(due=told.due),
        ],
    )


def _taken(told: Told) -> Notice:
    if "status" not in (told.body("set") or {}):
        return "", []  # somebody holds it; for the citizen nothing has changed
    return (
        _("Your dossier {number} is being examined").format(number=told.dossier.number),
        [_("{procedure}: an officer began at {time}.").format(procedure=_title(told), time=told.at)],
    )


def _supplement_requested(told: Told) -> Notice:
    titles = layout.field_names(told.procedure) | {one.id: one.title for one in told.procedure.documents}
    lines = [
        _("{procedure}: we need the following from you. This is everything that is missing.").format(
            procedure=_title(told)
        )
    ]
    for one in told.body("items") or []:
        title = titles[one["item"]].of(told.language) if one["item"] in titles else one["item"]
        note = f" {one['note']}" if one.get("note") else ""
        lines.append(f"- {title}: {FAULTS[one['fault']]()}.{note}")
    if told.reason:
        lines.append(_("Why we ask again: {reason}").format(reason=told.reason))
    lines.append(_("While we wait for you the time limit stands still. What you sent is kept."))
    return _("Please complete your dossier {number}").format(number=told.dossier.number), lines


def _supplemented(told: Told) -> Notice:
    lines = [_("{procedure}: received at {time}.").format(procedure=_title(told), time=told.at)]
    if told.dossier.received_at is not None:
        lines.append(_("The result is now due at {due} at the latest.").format(due=told.due))
    return _("We have what you added to dossier {number}").format(number=told.dossier.number), lines


def _extended(told: Told) -> Notice:
    return (
        _("Your dossier {number} needs to be verified").format(number=told.dossier.number),
        [
            _("{procedure}: something has to be verified, and the law gives us more time for it.").format(
                procedure=_title(told)
            ),
            _("Reason: {reason}").format(reason=told.reason),
            _("The result is now due at {due} at the latest.").format(due=told.due),
        ],
    )


def _payment_asked(told: Told) -> Notice:
    return (
        _("Please settle what is owed for dossier {number}").format(number=told.dossier.number),
        [
            _("{procedure}: before we can go on, {amount} must be paid for: {what}.").format(
                procedure=_title(told),
                amount=show_vnd(int(told.body("amount_vnd") or 0), told.language),
                what=told.body("what") or "",
            ),
            _("Show us the proof of payment. While we wait for you the time limit stands still."),
        ],
    )


def _payment_confirmed(told: Told) -> Notice:
    return (
        _("We have seen your payment for dossier {number}").format(number=told.dossier.number),
        [
            _("{procedure}: confirmed at {time}.").format(procedure=_title(told), time=told.at),
            _("The result is now due at {due} at the latest.").format(due=told.due),
        ],
    )


def _apologised(told: Told) -> Notice:
    promised = str((told.body("set") or {}).get("promised_on") or "")
    return (
        _("We are late with your dossier {number}, and we apologise").format(number=told.dossier.number),
        [
            _("{procedure}: the result was due at {due}. We did not manage it, and we apologise.").format(
                procedure=_title(told), due=told.due
            ),
            _("Reason: {reason}").format(reason=told.reason),
            _("We promise the result by {date}. You need not do anything.").format(
                date=show_date(promised, told.language)
            ),
        ],
    )


def _if_not_agreed(told: Told) -> str:
    address = f"{settings.DINH_PUBLIC_URL.rstrip('/')}/{told.language}/complain/"
    return _("If you do not agree you may complain within 90 days. How it is done: {address}").format(
        address=address
    )


def _refused(told: Told) -> Notice:
    return (
        _("Your dossier {number} was not accepted").format(number=told.dossier.number),
        [
            _("{procedure}: not accepted, at {time}.").format(procedure=_title(told), time=told.at),
            _("Reason: {reason}").format(reason=told.reason),
            _if_not_agreed(told),
        ],
    )


def _examined(told: Told) -> Notice:
    return (
        _("Your dossier {number} waits for signature").format(number=told.dossier.number),
        [
            _("{procedure}: examined at {time}. It now waits for a decision.").format(
                procedure=_title(told), time=told.at
            )
        ],
    )


def _sent_back(told: Told) -> Notice:
    return (
        _("Your dossier {number} is being examined again").format(number=told.dossier.number),
        [
            _("{procedure}: one point is looked at again, since {time}. You need do nothing.").format(
                procedure=_title(told), time=told.at
            ),
            _("The due date stays {due}.").format(due=told.due),
        ],
    )


def _approved(told: Told) -> Notice:
    return (
        _("The result of your dossier {number} is ready").format(number=told.dossier.number),
        [
            _("{procedure}: decided at {time}.").format(procedure=_title(told), time=told.at),
            _("You can read it on this site as soon as it is signed. To collect it, bring your identity card to {place}.").format(
                place=told.dossier.reception.name
            ),
        ],
    )  # fmt: skip


def _rejected(told: Told) -> Notice:
    return (
        _("Your dossier {number} was refused").format(number=told.dossier.number),
        [
            _("{procedure}: refused at {time}.").format(procedure=_title(told), time=told.at),
            _("Reason: {reason}").format(reason=told.reason),
            _if_not_agreed(told),
        ],
    )


def _returned(told: Told) -> Notice:
    collected = told.body("collected") or {}
    return (
        _("The result of dossier {number} was handed over").format(number=told.dossier.number),
        [
            _("{procedure}: received by {name} at {time}.").format(
                procedure=_title(told), name=collected.get("collector_name", ""), time=told.at
            ),
            _("How did it go? You can rate it on the page of your dossier."),
        ],
    )


def _paper_taken_back(told: Told) -> Notice:
    return (
        _("A paper of your dossier {number} is taken back").format(number=told.dossier.number),
        [
            _("{paper}: taken back on {time}. It is no longer in force; do not use it any more.").format(
                paper=told.body("title"), time=told.at
            ),
            _("Reason: {reason}").format(reason=told.reason),
            _if_not_agreed(told),
        ],
    )


def _withdrawn(told: Told) -> Notice:
    return (
        _("Dossier {number} was withdrawn").format(number=told.dossier.number),
        [_("{procedure}: withdrawn at {time}. Nothing more is done with it.").format(
            procedure=_title(told), time=told.at
        )],
    )  # fmt: skip


WRITERS: dict[str, Callable[[Told], Notice]] = {
    "dossiers.filed": _filed,
    "dossiers.received": _received,
    "dossiers.taken": _taken,
    "dossiers.supplement_requested": _supplement_requested,
    "dossiers.supplemented": _supplemented,
    "dossiers.extended": _extended,
    "dossiers.payment_asked": _payment_asked,
    "dossiers.payment_confirmed": _payment_confirmed,
    "dossiers.apologised": _apologised,
    "dossiers.refused": _refused,
    "dossiers.examined": _examined,
    "dossiers.sent_back": _sent_back,
    "dossiers.approved": _approved,
    "dossiers.rejected": _rejected,
    "dossiers.returned": _returned,
    "dossiers.withdrawn": _withdrawn,
    "dossiers.paper_taken_back": _paper_taken_back,
}
