"""The parts `dinh places` and `dinh account` of the command, and `dinh units`: for the owner, at the machine itself."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from dinh.catalogue import store
from dinh.directory import actions, queries, setup
from dinh.directory.changes import commands as changes
from dinh.directory.models import Account, Grant, Level, Unit
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `places`, `account` and `units`."""
    changes.add_commands(subparsers)
    places = subparsers.add_parser("places", help="load and find places").add_subparsers(required=True)
    load = places.add_parser(
        "load", help="load the places of the country and the later decrees; may run again"
    )
    load.add_argument("--quiet", action="store_true", help="show no progress")
    load.set_defaults(run=load_places)
    find = places.add_parser("find", help="find a place by an old or new name, with or without accents")
    find.add_argument("text", nargs="+")
    find.add_argument("--level", choices=Level.values, help="only this level")
    find.set_defaults(run=find_places)

    account = subparsers.add_parser("account", help="open accounts and give new access").add_subparsers(
        required=True
    )
    add = account.add_parser("add", help="open an account of staff and print its one-time password")
    add.add_argument("username", help="small letters, digits, dots, hyphens")
    add.add_argument("--name", required=True, help="full name")
    add.add_argument("--unit", required=True, help="code of the commune or province (02746, 15)")
    add.add_argument("--role", default="administrator", help="role of the catalogue; default: administrator")
    add.add_argument("--office", help="key of an office of the unit (service_centre, police)")
    add.add_argument("--title", default="", help="post, as written on papers")
    add.add_argument("--email", default="")
    add.set_defaults(run=add_account)
    listing = account.add_parser("list", help="list the staff of a unit and what they may do")
    listing.add_argument("--unit", help="code; default: everybody")
    listing.set_defaults(run=list_accounts)
    reset = account.add_parser(
        "reset", help="give new access: a one-time password; the authenticator is set up anew"
    )
    reset.add_argument("username")
    reset.set_defaults(run=reset_account)


def load_places(arguments: argparse.Namespace) -> int:
    """Load places with a progress bar."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=arguments.quiet) as bar:
        task = bar.add_task(_("Places"), total=None)
        count = setup.load_places(lambda what, done, total: bar.update(task, completed=done, total=total))
    _say(_("%(count)s units, of now and of before.") % {"count": count})
    return 0


def find_places(arguments: argparse.Namespace) -> int:
    """Print places, the likeliest first; 1 when there are none."""
    levels = [arguments.level] if arguments.level else None
    found = queries.find_places(" ".join(arguments.text), levels=levels)
    for place in found:
        note = f"  ({place.note})" if place.note else ""
        _say(f"{place.code:<9} {place.label}{note}")
    return 0 if found else 1


def add_account(arguments: argparse.Namespace) -> int:
    """Open an account, appoint it, and print its one-time password once."""
    at = timezone.now()
    today = local_date(at)
    unit = _unit(arguments.unit, today)
    if arguments.role not in store.get().roles:
        known = ", ".join(sorted(store.get().roles))
        fault = Fault("--role", "unknown", _("The catalogue has these roles: %(roles)s.") % {"roles": known})
        raise Invalid("directory.grant_invalid", [fault])
    office = queries.office(unit, arguments.office, today) if arguments.office else None
    password = actions.one_time_password()
    with transaction.atomic():  # no account stays behind without its role
        account = actions.open_account(
            username=arguments.username, full_name=arguments.name, title=arguments.title, email=arguments.email,
            unit=unit, password=password, by=None, at=at,
        )  # fmt: skip
        actions.appoint(account=account, role=arguments.role, unit=unit, office=office, by=None, at=at)
    _tell_password(account, password)
    return 0


def list_accounts(arguments: argparse.Namespace) -> int:
    """Print staff with their roles."""
    today = local_date(timezone.now())
    accounts = Account.objects.filter(kind=Account.Kind.STAFF).order_by("username")
    if arguments.unit:
        here = queries.accounts_of(_unit(arguments.unit, today), today)
        accounts = accounts.filter(pk__in=[account.pk for account in here])
    table = Table(_("Sign-in name"), _("Name"), _("Roles"), _("State"))
    for account in accounts:
        grants = Grant.objects.filter(queries.in_force(today), account=account)
        roles = [f"{g.role}, {queries.unit_title(g.unit_id, today, with_parents=False)}" for g in grants]
        state = _("open") if account.is_active else _("closed")
        table.add_row(account.username, account.full_name, "\n".join(roles), state)
    Console().print(table)
    return 0


def reset_account(arguments: argparse.Namespace) -> int:
    """Give new access and print the one-time password once."""
    account = queries.account_by_username(arguments.username.lower())
    password = actions.reset_access(account=account, by=None, at=timezone.now())
    _tell_password(account, password)
    return 0


def _unit(code: str, on: date) -> Unit:
    return queries.get_unit(code, on, Level.PROVINCE if len(code) == 2 else Level.COMMUNE)


def _tell_password(account: Account, password: str) -> None:
    _say(_("Sign-in name: %(name)s") % {"name": account.username})
    _say(_("One-time password: %(password)s") % {"password": password})
    _say(_("It is shown only now. At the first sign-in a new one is chosen and an authenticator is set up."))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
