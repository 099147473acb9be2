"""What the parts of `dinh register` share: units, accounts, lines of text, a progress bar."""

from __future__ import annotations

import sys

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.directory import queries as directory
from dinh.directory.models import Account, Level, Unit
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound


def unit_of(code: str) -> Unit:
    """Return the unit of a code of today: two digits for a province, five for a commune."""
    level = Level.PROVINCE if len(code) == 2 else Level.COMMUNE
    return directory.get_unit(code, local_date(timezone.now()), level)


def account_of(username: str | None) -> Account | None:
    """Return the account of a sign-in name; None for the node itself."""
    return directory.account_by_username(username.lower()) if username else None


def register_of(id: str) -> Register:
    """Return a register of the catalogue. Raises NotFound, naming those there are."""
    found = store.get().registers.get(id)
    if found is None:
        message = _("There is no register “%(id)s”. There are: %(known)s.")
        known = ", ".join(sorted(store.get().registers))
        raise NotFound("registers.no_register", message % {"id": id, "known": known})
    return found


def bar(quiet: bool) -> Progress:
    """Return a progress bar on the error stream."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def say(line: object = "") -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")
