"""Telling the citizen at every change: what happened, by whom, when, and what comes next.

A handler: it runs in the worker after the entry is sealed, and may run twice, which
tells once. On screen for the account that follows the dossier, and by e-mail to the
addresses known, in the dossier's language (Decree 224/2026/NĐ-CP, article 15.1.g: the
handler's name, and the times of reception, processing and return).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules.answers import plain_answers
from dinh.journal.models import Entry
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.money import show_vnd
from dinh.messages.actions import notify
from dinh.population.models import Channel

FAULTS: dict[str, Callable[[], str]] = {
    "incorrect": lambda: _("incorrect"),
    "incomplete": lambda: _("incomplete"),
    "outdated": lambda: _("no longer valid"),
}


@dataclass(frozen=True)
class _Told:
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


def on_change(entry: Entry) -> None:
    """Tell the citizen of one sealed entry of a dossier; nothing for entries that change nothing for them."""
    write = _WRITERS.get(entry.kind)
    if write is None:
        return
    dossier = Dossier.objects.select_related("account", "applicant", "office", "reception").get(
        pk=entry.subject
    )
    told = _Told(
        dossier,
        store.get_procedure(dossier.procedure, dossier.procedure_version),
        entry,
        _handler_name(entry, dossier),
        dossier.language,
    )
    with override(dossier.language):
        title, lines = write(told)
        if not title:
            return
        body = "\n".join([*lines, "", *_foot(told)])
    notify(
        account=dossier.account_id,
        person=dossier.applicant_id,
        subject_type="dossier",
        subject=dossier.pk,
        kind=entry.kind,
        cause=entry.pk,
        title=title[:200],
        body=body,
        language=dossier.language,
        emails=emails_of(dossier),
        at=entry.at,
    )


def emails_of(dossier: Dossier) -> list[str]:
    """Return the addresses to write to: the one given in the request, else those known of the person."""
    plain = plain_answers(dossier.answers)
    given = [str(value) for key, value in plain.items() if key.endswith("applicant.email") and value]
    if not given and dossier.account is not None and dossier.account.email:
        given = [dossier.account.email]
    if not given and dossier.applicant_id is not None:
        channels = Channel.objects.filter(person=dossier.applicant_id, kind=Channel.Kind.EMAIL)
        given = list(channels.values_list("value", flat=True)[:2])
    return given


def _handler_name(entry: Entry, dossier: Dossier) -> str:
    if entry.actor is None or entry.actor == dossier.account_id:
        return ""
    found = Account.objects.filter(pk=entry.actor).first()
    if found is None or found.kind == Account.Kind.CITIZEN:
        return ""
    return f"{found.full_name}, {found.title}" if found.title else found.full_name


def _foot(told: _Told) -> list[str]:
    lines = []
    if told.handler:
        lines.append(_("Handled by {name}, {time}.").format(name=told.handler, time=told.at))
    if told.dossier.reception.phone:
        lines.append(_("Questions? Call {phone}.").format(phone=told.dossier.reception.phone))
    link = f"{settings.DINH_PUBLIC_URL.rstrip('/')}/{told.language}/"
    lines.append(_("Follow your dossier at {address} with the number {number}.").format(
        address=link, number=told.dossier.number
    ))  # fmt: skip
    return lines


def _title(told: _Told) -> str:
    return told.procedure.title.of(told.language)


Notice = tuple[str, list[str]]


def _filed(told: _Told) -> Notice:
    return (
        _("We have your request {number}").format(number=told.dossier.number),
        [
            _("{procedure}: sent at {time}.").format(procedure=_title(told), time=told.at),
            _("An officer will look at it now, and we will tell you when it is accepted."),
        ],
    )


def _received(told: _Told) -> Notice:
    return (
        _("Your dossier {number} is accepted").format(number=told.dossier.number),
        [
            _("{procedure}: accepted at {time}.").format(procedure=_title(told), time=told.at),
            _("The result is due at {due} at the latest.").format(due=told.due),
        ],
    )


def _taken(told: _Told) -> Notice:
    if "status" not in (told.body("set") or {}):
        return "", []  # somebody holds it; for the citizen nothing has changed
    return (
        _("Your dossier {number} is being examined").format(number=told.dossier.number),
        [_("{procedure}: an officer began at {time}.").format(procedure=_title(told), time=told.at)],
    )


def _supplement_requested(told: _Told) -> Notice:
    titles = {key: field.title for key, field in layout.fields(told.procedure).items()}
    titles |= {document.id: document.title for document in told.procedure.documents}
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


def _supplemented(told: _Told) -> Notice:
    lines = [_("{procedure}: received at {time}.").format(procedure=_title(told), time=told.at)]
    if told.dossier.received_at is not None:
        lines.append(_("The result is now due at {due} at the latest.").format(due=told.due))
    return _("We have what you added to dossier {number}").format(number=told.dossier.number), lines


def _extended(told: _Told) -> Notice:
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


def _payment_asked(told: _Told) -> Notice:
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


def _payment_confirmed(told: _Told) -> Notice:
    return (
        _("We have seen your payment for dossier {number}").format(number=told.dossier.number),
        [
            _("{procedure}: confirmed at {time}.").format(procedure=_title(told), time=told.at),
            _("The result is now due at {due} at the latest.").format(due=told.due),
        ],
    )


def _apologised(told: _Told) -> Notice:
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


def _refused(told: _Told) -> Notice:
    return (
        _("Your dossier {number} was not accepted").format(number=told.dossier.number),
        [
            _("{procedure}: not accepted, at {time}.").format(procedure=_title(told), time=told.at),
            _("Reason: {reason}").format(reason=told.reason),
            _("If you do not agree you may complain; we will show you how."),
        ],
    )


def _examined(told: _Told) -> Notice:
    return (
        _("Your dossier {number} waits for signature").format(number=told.dossier.number),
        [
            _("{procedure}: examined at {time}. It now waits for a decision.").format(
                procedure=_title(told), time=told.at
            )
        ],
    )


def _sent_back(told: _Told) -> Notice:
    return (
        _("Your dossier {number} is being examined again").format(number=told.dossier.number),
        [
            _("{procedure}: one point is looked at again, since {time}. You need do nothing.").format(
                procedure=_title(told), time=told.at
            ),
            _("The due date stays {due}.").format(due=told.due),
        ],
    )


def _approved(told: _Told) -> Notice:
    return (
        _("The result of your dossier {number} is ready").format(number=told.dossier.number),
        [
            _("{procedure}: decided at {time}.").format(procedure=_title(told), time=told.at),
            _("You can read it on this site as soon as it is signed. To collect it, bring your identity card to {place}.").format(
                place=told.dossier.reception.name
            ),
        ],
    )  # fmt: skip


def _rejected(told: _Told) -> Notice:
    return (
        _("Your dossier {number} was refused").format(number=told.dossier.number),
        [
            _("{procedure}: refused at {time}.").format(procedure=_title(told), time=told.at),
            _("Reason: {reason}").format(reason=told.reason),
            _("If you do not agree you may complain; we will show you how."),
        ],
    )


def _returned(told: _Told) -> Notice:
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


def _withdrawn(told: _Told) -> Notice:
    return (
        _("Dossier {number} was withdrawn").format(number=told.dossier.number),
        [_("{procedure}: withdrawn at {time}. Nothing more is done with it.").format(
            procedure=_title(told), time=told.at
        )],
    )  # fmt: skip


_WRITERS: dict[str, Callable[[_Told], Notice]] = {
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
}
