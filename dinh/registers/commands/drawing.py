"""`dinh register sample`: only where the people are synthetic too."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.catalogue import store
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, Refused
from dinh.registers import samples
from dinh.registers.commands.common import register_of, say, unit_of


def run_sample(arguments: argparse.Namespace) -> int:
    """Write a synthetic register and its truth into a folder."""
    if not settings.DINH_DEMO:
        raise Refused("samples.not_allowed", _("Synthetic registers are drawn only where DINH_DEMO=1."))
    register = register_of(arguments.register)
    scenario = store.get().scenarios.get(arguments.scenario)
    declared = scenario.values.get("registers", {}) if scenario else {}
    if scenario is None or not isinstance(declared, dict) or register.id not in declared:
        message = _("The scenario “%(scenario)s” declares no rates for “%(register)s”.")
        raise NotFound(
            "samples.no_rates", message % {"scenario": arguments.scenario, "register": register.id}
        )
    on = arguments.on or local_date(timezone.now())
    seed = scenario.seed if arguments.seed is None else arguments.seed
    rates = samples.rates_of(scenario.values, register.id)
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = f"{samples.PREFIX}-{register.id}-{arguments.unit}"
    path, truth = arguments.out / f"{name}.csv", arguments.out / f"{name}.truth.csv"
    rows = samples.draw(register, unit_of(arguments.unit), rates, seed=seed, on=on)
    count = samples.write(register, path, rows, truth)
    said = ngettext(
        "%(n)s synthetic row written to %(file)s.", "%(n)s synthetic rows written to %(file)s.", count
    )
    say(said % {"n": count, "file": path})
    return 0
