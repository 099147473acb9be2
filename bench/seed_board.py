"""Prepares a copy of a demonstration for `board.py`; run in the node's environment. Answers are JSON.

seed_board.py commune      somebody who leads the commune, signed in
seed_board.py province     the cells of the commune laid over 148 communes and 1,349 villages; somebody above them
seed_board.py chill        as if everything had just been counted again
seed_board.py plain TIMES  dossiers filed in the newest month, by plain SQL, timed
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import date
from typing import Any
from uuid import UUID, uuid5

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from dinh.directory import tree  # noqa: E402
from dinh.directory.models import Account, Grant, Level, Unit, UnitVersion  # noqa: E402
from dinh.indicators.models import Cell, Place, Source  # noqa: E402
from dinh.indicators.rules.months import later, month_of  # noqa: E402
from dinh.web.board import homes  # noqa: E402

COMMUNES, VILLAGES, MONTHS = 148, 1349, 13
SPACE = UUID(int=148)
TODAY = timezone.localdate()


def commune() -> dict[str, Any]:
    """Sign in who leads the commune."""
    return _signed_in(_reader(Level.COMMUNE))


def province() -> dict[str, Any]:
    """Lay the cells of the demonstration's commune over those of a whole province, and sign in a reader above them."""
    unit = homes.unit_of(_reader(Level.COMMUNE), TODAY)
    above = next(one for one in tree.with_parents(unit, TODAY) if _level(one) == Level.PROVINCE)
    own = [one.unit for one in tree.children(unit, TODAY)]
    with transaction.atomic():
        communes = [one.unit for one in tree.children(above, TODAY) if one.unit != unit][: COMMUNES - 1]
        communes += [_unit("commune", number, above) for number in range(COMMUNES - 1 - len(communes))]
        villages = [
            _unit("village", number, communes[number % len(communes)])
            for number in range(VILLAGES - len(own))
        ]
        tree.forget()
        _lay(unit, own, communes, villages)
    account = Account.objects.filter(kind=Account.Kind.STAFF, is_active=True).exclude(
        pk=_reader(Level.COMMUNE).pk
    )[0]
    Grant.objects.filter(account=account).delete()
    Grant.objects.create(account=account, role="province_viewer", unit_id=above, valid_from=date(2025, 7, 1))
    return _signed_in(account)


def _lay(unit: UUID, own: list[UUID], communes: list[UUID], villages: list[UUID]) -> None:
    """Give each village the cells that one of the commune's has, and each commune those that are of no village: wholes alone."""
    first = later(month_of(TODAY), 1 - MONTHS)
    places = {place.unit: place for place in Place.objects.filter(commune=unit)}
    cells: dict[UUID, list[tuple[Any, ...]]] = {}
    for place in places.values():
        rows = Cell.objects.filter(place=place.pk, month__gte=first, dims="")
        cells[place.unit] = list(rows.values_list("series", "dims", "month", "value"))
    made = [
        (village, communes[number % len(communes)], own[number % len(own)])
        for number, village in enumerate(villages)
    ]
    made += [(commune, commune, unit) for commune in communes]
    newest = Place.objects.aggregate(of=Max("pk"))["of"] or 0
    Place.objects.bulk_create(
        [Place(pk=newest + at, commune=home, unit=one) for at, (one, home, _of) in enumerate(made, start=1)], batch_size=500,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for at, (_one, _home, like) in enumerate(made, start=1):
            cursor.executemany(
                "INSERT INTO indicators_cell (series, dims, month, place, value) VALUES (%s, %s, %s, %s, %s)",
                [
                    (series, dims, month, newest + at, value)
                    for series, dims, month, value in cells.get(like, ())
                ],
            )
    known = list(Source.objects.filter(commune=unit).values_list("view", "begin", "counted_at"))
    Source.objects.bulk_create(
        [Source(view=view, commune=one, begin=begin, counted_at=at) for one in communes for view, begin, at in known],
        batch_size=500, ignore_conflicts=True,
    )  # fmt: skip


def _unit(level: str, number: int, parent: UUID) -> UUID:
    name = f"{level} {number}"
    one = Unit.objects.create(id=uuid5(SPACE, name), level=level, opened_on=date(2025, 7, 1))
    UnitVersion.objects.create(
        unit=one, level=level, code=f"B{level[0]}{number}", name=name, type=level, parent_id=parent,
        valid_from=date(2025, 7, 1), search_key=name, latitude=21.5 + number % 37 / 30, longitude=103.6 + number // 37 / 30,
    )  # fmt: skip
    return one.pk


def _reader(level: str) -> Account:
    """Return the first account whose own unit on the board is of a level."""
    for account in Account.objects.filter(kind=Account.Kind.STAFF, is_active=True).order_by("username"):
        reaches = homes.policy.scope(account, homes.READ, TODAY).reaches
        if reaches and _level(homes.unit_of(account, TODAY)) == level:
            return account
    raise SystemExit(f"nobody reads the board of a {level} here")


def _level(unit: UUID) -> str:
    naming = tree.naming(unit, TODAY)
    return naming.level if naming else ""


def _signed_in(account: Account) -> dict[str, Any]:
    client = Client()
    client.force_login(account, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()
    unit = homes.unit_of(account, TODAY)
    naming = tree.naming(unit, TODAY)
    return {
        "cookie": settings.SESSION_COOKIE_NAME, "session": session.session_key, "unit": tree.title(unit, TODAY),
        "code": naming.code if naming and naming.level == Level.COMMUNE else "0",
    }  # fmt: skip


def plain(times: str) -> dict[str, Any]:
    """Count one number of the home page as somebody would who needs nothing else."""
    statement = (
        "SELECT count(*) FROM dossiers_dossier WHERE filed_at >= "
        "(SELECT datetime(max(filed_at), 'start of month') FROM dossiers_dossier)"
    )
    took, found = [], 0
    with connection.cursor() as cursor:
        for _time in range(int(times)):
            began = time.perf_counter()
            cursor.execute(statement)
            found = cursor.fetchone()[0]
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {
        "what": "dossiers filed in the newest month", "found": found, "ms_p50": statistics.median(took),
        "ms_p95": took[round(0.95 * (len(took) - 1))],
    }  # fmt: skip


if __name__ == "__main__":
    done = {"commune": commune, "province": province, "plain": plain}[sys.argv[1]]
    print(json.dumps(done(*sys.argv[2:])))
