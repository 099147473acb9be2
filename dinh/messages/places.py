"""Telling administrators of a change of places that was to take effect and could not."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory import policy
from dinh.directory.changes import history
from dinh.directory.changes.applying import MANAGE
from dinh.directory.models import Account, UnitChange
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.messages.actions import notify


def on_stopped(entry: Entry) -> None:
    """Tell whoever drafted it, agreed to it, or manages one of its units. Runs in the worker; twice tells once."""
    change = UnitChange.objects.get(pk=entry.subject)
    for reader in _readers(change, entry):
        with override(reader.language):
            title = _("Not in force: %(title)s") % {"title": change.title}
            body = "\n".join([_("It was to take effect by itself and could not:"), *(entry.body or {}).get("set", {}).get("stopped_because", ()),
                              _("Settle this, then apply it.")])  # fmt: skip
        notify(
            account=reader, person=None, subject_type="unitchange", subject=change.pk, kind=entry.kind, cause=entry.pk,
            title=title, body=body, language=reader.language, emails=[reader.email], at=entry.at,
        )  # fmt: skip


def _readers(change: UnitChange, entry: Entry) -> list[Account]:
    named = [one for one in (change.made_by, change.agreed_by) if one]
    found: dict[UUID, Account] = {one.pk: one for one in Account.objects.filter(pk__in=named, is_active=True)}
    for unit in history.units_of(change):
        found |= {one.pk: one for one in policy.holders(MANAGE, unit, None, local_date(entry.at))}
    return sorted(found.values(), key=lambda one: one.username)
