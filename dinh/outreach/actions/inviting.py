"""Telling people of a gathering, on screen and by e-mail; whom nothing reaches is asked at the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory.models import Account
from dinh.journal.actions import current_entry_id
from dinh.lib.dates import show_datetime
from dinh.messages.actions import can_mail, notify
from dinh.outreach.models import Workshop
from dinh.population.models import Channel, Person


def tell_people(workshop: Workshop, people: Sequence[Person], at: datetime) -> set[UUID]:
    """Tell those who can be told, and return who they are."""
    ids = [one.pk for one in people]
    accounts = {one.person: one for one in Account.objects.filter(person__in=ids, is_active=True)}
    emails: dict[UUID, list[str]] = {}
    for person, value in Channel.objects.filter(person__in=ids, kind=Channel.Kind.EMAIL).values_list(
        "person", "value"
    ):
        emails.setdefault(person, []).append(value)
    told: set[UUID] = set()
    for one in people:
        account, addresses = accounts.get(one.pk), emails.get(one.pk, [])
        if account is not None or (addresses and can_mail()):
            tell(workshop, account, one.pk, addresses, at)
            told.add(one.pk)
    return told


def tell(
    workshop: Workshop, account: Account | None, person: UUID | None, emails: list[str], at: datetime
) -> None:
    """Tell one reader of a gathering, or that it was called off, in their language. Call it inside the action."""
    language = account.language if account else "vi"
    with override(language):
        when = show_datetime(workshop.starts_at, language)
        if workshop.state == Workshop.State.CANCELLED:
            title = _("Called off: %(title)s") % {"title": workshop.title}
            body = _("The gathering of %(when)s does not take place: %(reason)s") % {
                "when": when,
                "reason": workshop.note,
            }
        else:
            title = _("You are invited: %(title)s") % {"title": workshop.title}
            body = _("%(when)s, %(place)s. Nothing to pay, nothing to bring; with or without a telephone.") % {
                "when": when, "place": workshop.place,
            }  # fmt: skip
    notify(
        account=account, person=person, subject_type="workshop", subject=workshop.pk, kind="outreach.invitation",
        cause=current_entry_id(), title=title, body=body, language=language, emails=emails, at=at,
    )  # fmt: skip
