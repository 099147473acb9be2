"""After a merger everybody of the new commune finds on every page what they found before it, and what the other wrote.

Generated from the table of paths: each page, list, search, figure and export that a path names is asked before and
after two communes become one. What stood there of a commune's rows must stand there still, and no query may ask a
table for the new commune alone. A new page, or a new query on an old one, that forgets inheritance fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dinh.directory import names, tree
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft
from dinh.directory.models import Unit, UnitVersion
from tests.asking import Ask, address_of, outcome
from tests.house import House
from tests.inheriting import Watch, forgetting, staying
from tests.paths import PATHS
from tests.rights import OK, Actor, actors

pytest_plugins = ["tests.asking"]
pytestmark = pytest.mark.django_db
SHARES = 12  # one page in so many is asked each day; the slower tests ask all

# Tables that pages ask for one unit alone, and why that is right.
OF_THE_UNIT_ITSELF = {
    "directory.trait": "qualities are not passed on: the new unit is given its own",
    "indicators.flag": "what is asked about a month of one unit's figures, as the month was told",
    "indicators.period": "a month is told, approved and locked by one unit, in its own boundaries",
    "indicators.schedule": "reports made by themselves are of one unit: the new one asks for its own",
    "indicators.snapshot": "a locked month, as one unit signed it; boundaries of before show it",
    "indicators.target": "a target was set for one unit; the new one is set its own",
    "indicators.told": "told by one unit for a month; boundaries of before show it",
    "work.plan": "a workplan of a month stays with the unit for which it was set",
}
# Pages that are empty for a minute, and why.
LATER = {"board:public": "figures of the new unit are counted by the worker, from the entry of the change on"}


@dataclass(frozen=True)
class Page:
    """A path, and somebody of the commune who may open it."""

    name: str
    actor: Actor


def pages(house: House) -> list[Page]:
    """Every path that answers GET, with the first of the commune's people to whom its rule gives it."""
    found = []
    for name, path in sorted(PATHS.items()):
        here = [one for one in actors(house) if one.where == "here" and path.rule(one) == OK]
        if "GET" in path.methods.split() and here and not name.startswith(("account", "mfa")):
            found.append(Page(name, min(here, key=lambda one: not one.staff)))
    return found


def shown(ask: Ask, page: Page, address: str) -> Any:
    """Return what somebody is answered."""
    return ask(page.actor, "GET", address, None, **(PATHS[page.name].headers or {}))


def merge(house: House) -> Unit:
    """Make one commune of both, as of today."""
    on = timezone.localdate()
    here, there = (
        UnitVersion.objects.get(unit=one.unit, valid_to=None).code for one in (house.here, house.there)
    )
    decision = {
        "kind": "merge", "title": "Thành lập xã Mây Xanh", "decree": "1/NQ", "effective_on": on,
        "makes": [{"code": here, "name": "Mây Xanh", "type": "xã", "seat": here}],
        "parts": [{"from": here, "to": here}, {"from": there, "to": here}],
    }  # fmt: skip
    apply(change=draft(decision=of_data(decision), by=None, at=timezone.now()), by=None, at=timezone.now())
    return UnitVersion.objects.get(name="Mây Xanh").unit


def asked_before(house: House, ask: Ask, share: int) -> dict[Page, tuple[str, set[str]]]:
    """Ask a share of the pages, by the day; give the address of each that is shown, and the commune's marks on it."""
    before = {}
    for page in pages(house)[timezone.localdate().toordinal() % share :: share]:
        address = address_of(page.name, house)
        response = shown(ask, page, address)
        if outcome(response) == OK and response.status_code < 400:
            before[page] = address, {word for word in house.here.marks if word in response.body}
    return before


@pytest.mark.parametrize("share", [SHARES, pytest.param(1, marks=pytest.mark.long)])
def test_every_page_shows_the_heirs_officers_what_was_written_before(
    house: House, ask: Ask, share: int
) -> None:
    before = asked_before(house, ask, share)
    former, wrong = house.here.unit.pk, []
    with transaction.atomic():
        heir = merge(house)
        for page, (address, marks) in before.items():
            watch = Watch(heir.pk, frozenset({former, house.there.unit.pk}))
            with connection.execute_wrapper(watch):
                response = shown(ask, page, address.replace(str(former), str(heir.pk)))
            wrong += [f"{page.name}, {page.actor.name}: {one}" for one in lost(page, response, marks, watch)]
        transaction.set_rollback(True)
    tree.forget()
    names.forget()
    assert not wrong, "\n".join(wrong)
    assert sum(bool(marks) for _address, marks in before.values()) > len(before) // 12


def lost(page: Page, response: Any, marks: set[str], watch: Watch) -> Iterator[str]:
    """Give what a page shows no more, and which tables it asks for the new unit alone."""
    if page.name in LATER:
        return
    if outcome(response) != OK or response.status_code >= 400:
        yield f"{response.status_code} where it was shown before"
    elif gone := sorted(word for word in marks if word not in response.body):
        yield f"shows no more {gone}"
    for table, sql in watch.found.items():
        if table not in OF_THE_UNIT_ITSELF:
            yield f"asks {table} for the new unit alone: {sql}"


def test_a_query_that_forgets_is_found() -> None:
    heir, formers = uuid4(), frozenset({uuid4(), uuid4()})
    table, column = next(iter(staying()))

    begin = f'SELECT 1 FROM "{table}" T4 WHERE x = %s'  # noqa: S608 a name of a model

    def told(where: str, *values: object) -> list[str]:
        return list(forgetting(f"{begin} AND {where}", ["x", *values], heir, formers))

    assert told(f'"T4"."{column}" = %s', heir.hex) == [staying()[table, column]]
    assert told(f'T4."{column}" IN (%s, %s)', heir, next(iter(formers)))
    assert told(f"T4.{column} = '{heir}'")
    assert not told(f'T4."{column}" IN (%s, %s, %s)', heir, *formers)
    assert not told(f'"T4"."{column}" = %s', next(iter(formers)).hex)
    assert not told('"other"."unit_id" = %s', heir.hex)
