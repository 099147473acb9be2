"""A province's rows, and five minutes of acts upon them; run by `fresh.py` in the node's environment. Everybody is invented.

seed_fresh.py province PEOPLE DOSSIERS   people at home and dossiers in every commune, by plain SQL; all counted once
seed_fresh.py act SECONDS EVERY          real acts, one every EVERY seconds: a line of JSON for each, when it was committed
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import django

django.setup()

import seed  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from dinh.directory import queries as places  # noqa: E402
from dinh.directory import tree  # noqa: E402
from dinh.directory.models import Account, Level, Unit  # noqa: E402
from dinh.dossiers import actions  # noqa: E402
from dinh.dossiers.models import Dossier, Draft  # noqa: E402
from dinh.indicators.engine import recount, touching  # noqa: E402
from dinh.lib.dates import local_date  # noqa: E402
from dinh.population import actions as population  # noqa: E402
from dinh.population.models import Person, Residence  # noqa: E402

TABLES = (Person, Residence, Dossier)


def province(people: int, dossiers: int) -> dict[str, Any]:
    """Give every commune of the province its people and its dossiers, and count everything."""
    here = places.get_unit("02746", seed.TODAY)
    above = places.version_on(here, seed.TODAY).parent_id
    communes = (
        [one.unit for one in tree.children(above, seed.TODAY) if one.level == Level.COMMUNE]
        if above
        else [here.pk]
    )
    seed.rows(1, 1)  # one dossier that was filed by the real action
    now = timezone.now()
    Person.objects.bulk_create(
        (
            Person(number=f"099{n:09d}", full_name=f"Người {n}", name_key=f"nguoi {n}", name_words=f"{n} nguoi", sex="12"[n % 2],
                   birth=f"{1940 + n % 80}-0{1 + n % 9}-12", birth_year=1940 + n % 80, ethnicity=("01", "24", "05")[n % 3],
                   unit_id=communes[n % len(communes)])
            for n in range(people)
        ),
        batch_size=2000,
    )  # fmt: skip
    Residence.objects.bulk_create(
        (
            Residence(person_id=pk, kind="permanent", unit_id=unit, address="nhà", from_on=local_date(now) - timedelta(days=n % 900))
            for n, (pk, unit) in enumerate(Person.objects.filter(name_key__startswith="nguoi ").values_list("pk", "unit").iterator())
        ),
        batch_size=2000,
    )  # fmt: skip
    model = Dossier.objects.exclude(number="").earliest("filed_at")
    names = [
        one.attname
        for one in Dossier._meta.concrete_fields
        if one.name not in {"id", "number", "unit", "filed_at"}
    ]
    same = {name: getattr(model, name) for name in names}
    Dossier.objects.bulk_create(
        (
            Dossier(**same, number=f"H15.BENCH-{n:07d}", unit_id=communes[n % len(communes)], filed_at=now - timedelta(hours=1 + n % 17_000))
            for n in range(dossiers)
        ),
        batch_size=1000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    began = time.perf_counter()
    touching.mark_touched(timezone.now())
    recount.rebuild(timezone.now())
    return {
        "communes": len(communes),
        "rows": {one.__name__: one.objects.count() for one in TABLES},
        "rebuild_s": round(time.perf_counter() - began, 1),
    }


def act(seconds: int, every: float) -> None:
    """File a request, let somebody move in, the one after the other; tell when each was committed."""
    drafts = iter(seed.drafts("civil_status_extract_copy", round(seconds / every / 2) + 1))
    here = places.get_unit("02746", seed.TODAY)
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.readline()  # until the reader has read what stands there
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        began = time.monotonic()
        what = ("dossiers_filed_count", "residents_count")[number % 2]
        if number % 2 == 0:
            draft = Draft.objects.get(code=next(drafts))
            actions.file(draft=draft, by=Account.objects.get(pk=draft.account_id), at=timezone.now())
        else:
            _moves_in(here, number)
        print(json.dumps({"what": what, "at": time.time()}), flush=True)
        number += 1
        time.sleep(max(0.0, every - (time.monotonic() - began)))


PLAIN = {  # filed from a day on; living there before a day
    "dossiers_filed_count": "SELECT count(*) FROM dossiers_dossier WHERE unit_id = %s AND filed_at >= %s",
    "residents_count": (
        "SELECT count(*) FROM population_residence AS home JOIN population_person AS person ON person.id = home.person_id "
        "WHERE home.unit_id = %s AND kind = 'permanent' AND home.ended_on IS NULL AND person.died_on = '' AND from_on < %s"
    ),
}


def plain(figure: str, times: int) -> dict[str, Any]:
    """Count one figure of the commune over the rows, again and again."""
    here = places.get_unit("02746", seed.TODAY).pk
    day = seed.TODAY.replace(day=1) if figure == "dossiers_filed_count" else seed.TODAY + timedelta(days=1)
    unit = here.hex if connection.vendor == "sqlite" else here
    took = []
    for _time in range(times):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(PLAIN[figure], [unit, day])
            (value,) = cursor.fetchone()
        took.append(1000 * (time.perf_counter() - began))
    return {"value": value, "ms": sorted(took)[times // 2]}


def _moves_in(unit: Unit, number: int) -> None:
    at = timezone.now()
    with transaction.atomic():
        person = population.register_person(
            full_name="Vàng Thị Mới", sex="2", birth="1990-01-01", ethnicity="24", by=None, at=at
        )
        population.move_residence(
            person=person,
            unit=unit,
            address=f"nhà {number}",
            relation="00",
            from_on=local_date(at),
            by=None,
            at=at,
        )


def main() -> None:
    command, one, two = sys.argv[1:]
    if command == "act":
        act(int(one), float(two))
    elif command == "plain":
        json.dump(plain(one, int(two)), sys.stdout)
    else:
        json.dump(province(int(one), int(two)), sys.stdout)


if __name__ == "__main__":
    main()
