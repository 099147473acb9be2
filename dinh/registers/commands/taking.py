"""`dinh register export`."""

from __future__ import annotations

import argparse

from django.utils import timezone
from django.utils.translation import ngettext

from dinh.registers import exports
from dinh.registers.commands.common import account_of, register_of, say, unit_of


def run_export(arguments: argparse.Namespace) -> int:
    """Write a register to a file and tell how many rows it has."""
    question = exports.Question(
        register=register_of(arguments.register),
        unit=unit_of(arguments.unit) if arguments.unit else None,
        fields=tuple(filter(None, (name.strip() for name in arguments.fields.split(",")))),
        titles=arguments.titles,
        closed=arguments.closed,
    )
    by, at = account_of(arguments.by), timezone.now()
    count = exports.write(question, arguments.out, by=by, at=at, purpose=arguments.purpose)
    said = ngettext("%(n)s row written to %(file)s.", "%(n)s rows written to %(file)s.", count)
    say(said % {"n": count, "file": arguments.out})
    return 0
