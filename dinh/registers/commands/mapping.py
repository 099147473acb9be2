"""`dinh register parcels`: what only geometry tells."""

from __future__ import annotations

import argparse
import csv
from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.lib.dates import local_date
from dinh.lib.spreadsheets import harmless
from dinh.registers import parcels
from dinh.registers.commands.common import say, unit_of

SHOWN = 30


def run_parcels(arguments: argparse.Namespace) -> int:
    """Print what is wrong with the outlines of a commune's parcels; 1 when something is."""
    unit, on = unit_of(arguments.unit), local_date(timezone.now())
    counted: Counter[str] = Counter()
    found = parcels.check(unit, on)
    if arguments.report:
        with arguments.report.open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file)
            lines.writerow([_("Parcel"), _("What is wrong, and what to do"), _("Record")])
            for fault in found:
                counted[fault.code] += 1
                lines.writerow([harmless(fault.number), fault.sentence, fault.record])
    else:
        for fault in found:
            counted[fault.code] += 1
            if sum(counted.values()) <= SHOWN:
                say(f"{fault.number}: {fault.sentence}")
    for code, count in counted.most_common():
        say(f"{count:6} {code}")
    if not counted:
        say(_("Nothing is wrong with the outlines."))
    return 1 if counted else 0
