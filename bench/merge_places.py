"""Merge five communes with 60,000 people and 20,000 dossiers: seconds of preview, applying and undoing.

    python bench/merge_places.py [--people 60000] [--dossiers 20000] [--entries 1000000]

In a database of its own: SQLite in a folder that is removed, or the empty database that DATABASE_URL names. Beside
applying stands the plain SQL that moves the same rows without proof, journal or a way back, and how many times as long
applying took: that number says something on a busy machine too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
os.environ["DINH_HOME"] = tempfile.mkdtemp(prefix="dinh-merge-")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from dinh.directory.changes.applying import apply  # noqa: E402
from dinh.directory.changes.decisions import of_data  # noqa: E402
from dinh.directory.changes.drafting import draft, preview  # noqa: E402
from dinh.directory.changes.undoing import undo  # noqa: E402
from dinh.directory.models import Level, Office, Unit, UnitVersion  # noqa: E402
from dinh.dossiers.models import Channel, Dossier  # noqa: E402
from dinh.lib.ids import natural_id  # noqa: E402
from dinh.population.models import Household, Person, Residence  # noqa: E402

COMMUNES, VILLAGES = 5, 10
BEGAN, DAY = date(2025, 7, 1), date(2026, 7, 1)
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
OF_FIVE = "WHERE unit_id IN (%s, %s, %s, %s, %s)"
PLAIN = tuple(
    f"UPDATE {table} SET unit_id = %s {OF_FIVE}"  # noqa: S608 own words
    for table in ("population_person", "population_household", "population_residence")
)
# What the sealer and the readers of the journal never see: rows only, as many as years of work leave behind.
ENTRIES = {
    "sqlite": """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
INSERT INTO journal_entry (id, node, kind, v, subject_type, subject, subject_version, unit, at, body, salt, body_digest)
SELECT lower(hex(randomblob(16))), 'bench', 'bench.changed', 1, 'household', lower(hex(randomblob(16))), 1, %s,
       '2026-06-30 02:00:00', '{"n":1}', randomblob(16), randomblob(32) FROM numbers""",
    "postgresql": """
INSERT INTO journal_entry (id, node, kind, v, subject_type, subject, subject_version, unit, at, body, salt, body_digest)
SELECT gen_random_uuid(), 'bench', 'bench.changed', 1, 'household', gen_random_uuid(), 1, %s::uuid,
       '2026-06-30 02:00:00+00', '{"n":1}', '\\x00'::bytea, '\\x00'::bytea FROM generate_series(1, %s)""",
}


def main() -> None:
    """Fill the database, then measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=60_000)
    asked.add_argument("--dossiers", type=int, default=20_000)
    asked.add_argument("--entries", type=int, default=0)
    wanted = asked.parse_args()
    call_command("migrate", verbosity=0)
    communes = fill(wanted.people, wanted.dossiers, wanted.entries)
    tidy()
    _told, plain = timed("the same rows in plain SQL", lambda: plainly(communes))
    tidy()
    codes = [f"{1000 + number:05d}" for number in range(COMMUNES)]
    decision = of_data(
        {
            "kind": "merge", "title": "Năm xã", "decree": "1/NQ", "effective_on": DAY,
            "makes": [{"code": codes[0], "name": "Năm Xã", "type": "xã", "seat": codes[0]}],
            "parts": [{"from": code, "to": codes[0]} for code in codes],
        }
    )  # fmt: skip
    change, _seconds = timed("draft", lambda: draft(decision=decision, by=None, at=AT))
    timed("preview", lambda: preview(change, by=None, at=AT))
    _change, seconds = timed("apply", lambda: apply(change=change, by=None, at=AT))
    print(f"  {seconds / plain:.1f} times the plain SQL")
    print(
        f"  sums equal: {change.proof['equal']}; rows given: {sum(line['moved'] for line in change.proof['lines']):,}"
    )
    timed("undo", lambda: undo(change=change, by=None, at=AT + timedelta(hours=1)))


def timed(what: str, act: Callable[[], Any]) -> tuple[Any, float]:
    """Run something and print its seconds; return both."""
    began = time.perf_counter()
    result = act()
    seconds = time.perf_counter() - began
    print(f"{connection.vendor:<11} {what:<26} {seconds:8.2f} s", flush=True)
    return result, seconds


def plainly(communes: list[Unit]) -> None:
    """Move people, houses and residences by one statement each, foreign keys checked, and take it back."""
    ids = [one.pk for one in communes]
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in PLAIN:
                cursor.execute(statement, [str_of(one) for one in (ids[0], *ids)])
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def tidy() -> None:
    """Do what PostgreSQL does by itself within a minute: nobody merges communes that were all written just now.

    What the plain way wrote and took back lies in every index until then, in the way of who comes after it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def str_of(pk: Any) -> str:
    """Return an id as the database writes it."""
    return pk.hex if connection.vendor == "sqlite" else str(pk)


def fill(people: int, dossiers: int, entries: int) -> list[Unit]:
    """Make a province, its communes with villages and offices, and everybody and everything in them."""
    province = unit(Level.PROVINCE, "98", "Tỉnh Thử", "tỉnh", None)
    communes = [unit(Level.COMMUNE, f"{1000 + n:05d}", f"Xã {n}", "xã", province) for n in range(COMMUNES)]
    villages = [
        unit(Level.VILLAGE, f"{1000 + n:05d}-{v:02d}", f"Thôn {v}", "thôn", commune)
        for n, commune in enumerate(communes)
        for v in range(1, VILLAGES + 1)
    ]
    offices = Office.objects.bulk_create(
        Office(
            id=natural_id("office", one.pk, "service_centre"),
            key="service_centre",
            unit=one,
            name="TT",
            valid_from=BEGAN,
        )
        for one in communes
    )
    houses = [
        Household(code=f"H{n:06d}", unit=communes[n % COMMUNES], village=villages[n % COMMUNES * VILLAGES + n // COMMUNES % VILLAGES],
                  address="nhà")
        for n in range(people // 4)
    ]  # fmt: skip
    Household.objects.bulk_create(houses, batch_size=2000)
    persons = [
        Person(full_name=f"Người {n}", name_key=f"nguoi {n}", name_words=f"nguoi {n}", household=houses[n // 4],
               unit_id=houses[n // 4].unit_id)
        for n in range(people // 4 * 4)
    ]  # fmt: skip
    Person.objects.bulk_create(persons, batch_size=2000)
    Residence.objects.bulk_create(
        (
            Residence(person=one, kind="permanent", unit_id=one.household.unit_id, village_id=one.household.village_id,
                      household=one.household, address="nhà", from_on=BEGAN)
            for one in persons if one.household is not None
        ),
        batch_size=2000,
    )  # fmt: skip
    Dossier.objects.bulk_create(
        (
            Dossier(number=f"D{n:07d}", procedure="p", procedure_version="1", title="t", unit=communes[n % COMMUNES],
                    office=offices[n % COMMUNES], reception=offices[n % COMMUNES], channel=Channel.ONLINE,
                    status=4 if n % 10 == 0 else 10, waiting_since=AT, applicant_name="x", applicant_key="x",
                    applicant_order="x", filed_at=AT)
            for n in range(dossiers)
        ),
        batch_size=1000,
    )  # fmt: skip
    given = [entries, str_of(communes[0].pk)]
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES[connection.vendor], given if connection.vendor == "sqlite" else given[::-1])
    return communes


def unit(level: str, code: str, name: str, type_: str, parent: Unit | None) -> Unit:
    """Make a unit with its first version."""
    made = Unit.objects.create(id=natural_id("unit", level, code, BEGAN), level=level, opened_on=BEGAN)
    UnitVersion.objects.create(
        unit=made,
        level=level,
        code=code,
        name=name,
        type=type_,
        parent=parent,
        valid_from=BEGAN,
        search_key=name.lower(),
    )
    return made


if __name__ == "__main__":
    main()
