"""Telling the citizen at every change: what happened, by whom, when, and what comes next.

A handler: it runs in the worker after the entry is sealed, and may run twice, which
tells once. On screen for the account that follows the dossier, and by e-mail to the
addresses known, in the dossier's language (Decree 224/2026/NĐ-CP, article 15.1.g: the
handler's name, and the times of reception, processing and return).
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules.answers import plain_answers
from dinh.dossiers.telling import WRITERS, Told
from dinh.journal.models import Entry
from dinh.messages.actions import notify
from dinh.population.models import Channel


def on_change(entry: Entry) -> None:
    """Tell the citizen of one sealed entry of a dossier; nothing for entries that change nothing for them."""
    write = WRITERS.get(entry.kind)
    if write is None:
        return
    dossier = Dossier.objects.select_related("account", "applicant", "office", "reception").get(
        pk=entry.subject
    )
    told = Told(
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


def _foot(told: Told) -> list[str]:
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
