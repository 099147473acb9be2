"""Tables of the directory itself that point at units (see `directory.changes.touched`)."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes import catalogued, offices, posts, qualities
from dinh.directory.changes.touched import Table, Way, called_in, register
from dinh.directory.models import Account, Closure, Grant, Office, UnitTrait
from dinh.journal.models import Entry

__all__ = ["catalogued", "offices", "posts", "qualities"]  # they register what stands against a change

register(
    Table(
        "directory.account",
        _("accounts"),
        Account,
        Way.BY_HAND,
        label="username",
        reads="directory.manage_accounts",
        open=Q(is_active=True),
    ),
    Table("directory.grant", _("roles"), Grant, Way.BY_HAND, proved=False),
    Table(
        "directory.office",
        _("offices"),
        Office,
        Way.BY_HAND,
        label="name",
        open=Q(valid_to=None),
        proved=False,
    ),
    Table("journal.entry", _("journal entries"), Entry, Way.STAYS, proved=False, weighs=False),
    Table(
        "directory.trait",
        _("qualities of units"),
        UnitTrait,
        Way.STAYS,
        label="trait",
        says=called_in("unit_traits"),
    ),
    Table(
        "directory.closure",
        _("closed days of offices"),
        Closure,
        Way.STAYS,
        "office__unit",
        label="reason",
        due="on",
        open=Q(),
    ),
)
