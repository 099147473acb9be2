"""`dinh population check`: what in the population waits for somebody to put it right."""

from __future__ import annotations

import argparse
import sys


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh population check`."""
    population = subparsers.add_parser("population", help="check the population")
    verbs = population.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verbs.add_parser("check", help="list the households that have members but no living head")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    from dinh.directory.policy import EVERYTHING
    from dinh.population.queries import households_without_head

    found = [household.code for household in households_without_head(EVERYTHING)]
    sys.stdout.write(f"{len(found):,} households without a head.\n")
    sys.stdout.writelines(f"{code}\n" for code in found)
    return 1 if found else 0
