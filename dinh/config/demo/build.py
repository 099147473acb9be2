"""Build a demonstration: places, staff, people, half a year of dossiers and of the teams' work, registers, the desk of today.

Each stage tells its progress. Everything is written by the actions that people use; the
entries of the history are sealed before the node starts, without the notices and papers
that would have followed on the day (a paper of the history is drawn when somebody asks
for it).
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

from dinh.catalogue import store
from dinh.catalogue.queries import list_title
from dinh.config.demo import (
    books,
    commons,
    figures,
    history,
    live,
    outreach,
    province,
    scans,
    schedule,
    staff,
)
from dinh.config.demo import registers as registers_of_agencies
from dinh.config.demo.books import HOME_PLACE, PHUC, Tell
from dinh.config.demo.people import Generator, Home, Someone
from dinh.directory import actions as directory
from dinh.directory import queries as places
from dinh.directory import setup
from dinh.directory.calendars import calendar_for
from dinh.directory.models import Account, Office, Unit
from dinh.dossiers.models import Draft
from dinh.journal import sealer
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken
from dinh.papers.actions import keep
from dinh.population import imports
from dinh.population.models import Household, Person

DONE = "demo.json"
FINISHED_WITHIN = 21  # days: the longest time limit, fourteen days, half as long again when it is late


@dataclass(frozen=True)
class Founded:
    """A commune with its staff and people, before its first dossier."""

    town: history.Town
    phuc: Someone
    ly: Someone
    values: dict[str, Any]


def build(name: str, now: datetime, tell: Tell) -> dict[str, Any]:
    """Build the scenario and return what `demo.json` says.

    now   the moment around which the live desk is laid
    tell  (stage, done, total)
    """
    if store.get().scenarios[name].values.get("kind") == "province":
        return province.build(name, now, tell)
    founded = found(name, now, tell)
    town, values = founded.town, founded.values
    _history(town, values, tell)
    registers_of_agencies.bring_in(
        town.unit, values, store.get().scenarios[name].seed, town.staff["khoa"], now, tell
    )
    scans.begin_book(town.unit, town.staff, year=town.books_since - 1, at=now, tell=tell)
    tell("pages for visitors", commons.build(town.unit, town.staff["van"], now), 13)
    teams = outreach.build(town, values, store.get().scenarios[name].seed, now, tell)
    _recently(town, values["recent"], now, tell)
    seal_quietly(tell)
    figures.build(town, values, now, tell, lambda: seal_quietly(tell))
    seal_quietly(tell)
    phuc, ly = (Person.objects.get(number=one.number) for one in (founded.phuc, founded.ly))
    files = list(live.build(town, values["live"], now, phuc))
    tell("desk of today", len(files), len(files))
    outreach.lay_desk(teams, town, ly, tell)
    draft = files[-1]
    return _told(town, phuc, ly, draft.code if isinstance(draft, Draft) else "")


def found(name: str, now: datetime, tell: Tell) -> Founded:
    """Make the commune of a scenario: offices, hamlets, staff, people, the digitised books."""
    scenario = store.get().scenarios[name]
    values: dict[str, Any] = dict(scenario.values)
    first = _date(values["population_from"])
    before = schedule.at(first, time(0, 30))
    rng = random.Random(scenario.seed)  # noqa: S311 - synthetic data
    unit, next_unit = (places.get_unit(str(values[key]), first) for key in ("unit_code", "next_unit_code"))
    setup.load_offices([str(values["unit_code"]), str(values["next_unit_code"])], first)
    Office.objects.filter(unit=unit).update(phone=str(values["phone"]), address=str(values["address"]))
    tell("staff", 0, 1)
    for village in values["population"]["villages"]:
        directory.place_village(commune=unit, name=village, type="thôn", valid_from=first, by=None, at=before)
    crew = staff.appoint_all(unit, staff.COCSAN, first, before)
    staff.appoint_all(next_unit, staff.NEXT_COMMUNE, first, before)
    above = places.version_on(unit, first).parent
    if above is not None:
        staff.appoint_all(above, staff.PROVINCE, first, before)
    tell("staff", 1, 1)

    generator = Generator(scenario.seed, first)
    phuc, ly = _people(generator, values["population"])
    _load_people(unit, generator, values["population"]["villages"], crew["quan"], before, tell)
    town = _town(unit, crew, generator, rng, first, now, int(values["population"]["digitised_births_since"]))
    books.enter_births(town, generator, (phuc, ly), before, tell)
    books.enter_marriages(town, generator, phuc, before, tell)
    return Founded(town, phuc, ly, values)


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise Broken("demo.not_a_date", value=str(value))
    return value


def _people(generator: Generator, values: Mapping[str, Any]) -> tuple[Someone, Someone]:
    """Draw the people; return Mr Phúc and Mrs Lý, who live in Ún Tà, the first hamlet."""
    homes, people = generator.build(
        households=values["households"], people=values["people"], ethnicities=values["ethnicities"],
        villages=values["villages"],
    )  # fmt: skip
    here = [p for p in people if homes[p.household].village == 0 and p.ethnicity == "25"]
    year = generator.today.year
    phuc = next(p for p in here if p.relation == "00" and p.sex == "1" and 48 <= year - p.birth.year <= 62)
    ly = next(
        p for p in here if p.sex == "2" and 72 <= year - p.birth.year <= 76 and p.household != phuc.household
    )
    phuc.full_name, ly.full_name = PHUC, "Lù Thị Lý"
    # She is not yet 75: the pension is hers because her household is near-poor.
    homes[ly.household].poverty = "near_poor"
    return phuc, ly


def _load_people(
    unit: Unit, generator: Generator, villages: list[str], by: Account, at: datetime, tell: Tell
) -> None:
    """Bring the people in as any commune does: a table of persons, checked, then loaded."""
    total = len(generator.people)
    tell("people", 0, total)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(
        ["Số định danh", "Họ và tên", "Giới tính", "Ngày sinh", "Dân tộc", "Quê quán", "Mã hộ", "Quan hệ với chủ hộ", "Thôn",
         "Địa chỉ", "Hộ nghèo", "Số định danh mẹ", "Số định danh cha", "Định danh điện tử", "Thường trú từ ngày"]
    )  # fmt: skip
    for someone in generator.people:
        rows.writerow(_row(someone, generator, villages))
    plan = imports.check(table.getvalue().encode(), "dan-cu-coc-san.csv", unit, on=local_date(at))
    if plan.faults:
        raise Broken("demo.people_have_faults", first=str(plan.faults[0]), count=len(plan.faults))
    imports.load(plan, by=by, at=at)
    tell("people", total, total)


def _row(someone: Someone, generator: Generator, villages: list[str]) -> list[Any]:
    home: Home = generator.homes[someone.household]
    people = generator.people
    age = generator.today.year - someone.birth.year
    level = 2 if age >= 14 and (someone.index % 11 or age < 60) else ("" if age < 14 else 1)
    return [
        someone.number, someone.full_name, "Nam" if someone.sex == "1" else "Nữ", f"{someone.birth:%d/%m/%Y}",
        list_title("ethnic_groups", someone.ethnicity).vi, HOME_PLACE, home.code,
        list_title("household_relations", someone.relation).vi, villages[home.village], home.address,
        {"": "", "poor": "Hộ nghèo", "near_poor": "Hộ cận nghèo"}[home.poverty],
        people[someone.mother].number if someone.mother is not None else "",
        people[someone.father].number if someone.father is not None else "",
        level, f"{max(someone.birth, date(2005, 1, 3)):%d/%m/%Y}",
    ]  # fmt: skip


def _town(
    unit: Unit,
    crew: Mapping[str, Account],
    generator: Generator,
    rng: random.Random,
    first: date,
    now: datetime,
    since: int,
) -> history.Town:
    """Sort the people into who may ask for what."""
    people = {p.number: p for p in Person.objects.select_related("household", "electronic_id").order_by("id")}
    known = [(one, people[one.number]) for one in generator.people]
    year = first.year
    adults = [p for one, p in known if 18 <= year - one.birth.year < 72 and p.electronic_id.level == 2]
    couples = [
        (person, people[generator.people[one.spouse].number])
        for one, person in known
        if one.sex == "2" and one.spouse is not None and 19 <= year - one.birth.year <= 44
    ]
    return history.Town(
        unit=unit, staff=crew, adults=adults,
        elders=sorted((p for one, p in known if one.birth <= date(year - 75, 7, 1)), key=lambda p: p.birth),
        couples=couples,
        movers=[p for one, p in known if one.relation == "08" and 20 <= year - one.birth.year <= 35],
        homes=list(Household.objects.filter(head__isnull=False).select_related("head", "village").order_by("code")),
        days=schedule.working_days(
            calendar_for(places.office(unit, "service_centre", first)), first, local_date(now) + timedelta(days=30)
        ),
        books_since=since, scan=_scan(now), rng=rng,
    )  # fmt: skip


def _scan(at: datetime) -> Any:
    """Return the one synthetic scan of the demonstration: a picture that says what it is."""
    picture = io.BytesIO()
    segno.make("Tài liệu trình diễn, không phải giấy tờ thật").save(picture, kind="png", scale=8)
    return keep(picture.getvalue(), at)


def _history(town: history.Town, values: Mapping[str, Any], tell: Tell) -> None:
    dossiers = values["dossiers"]
    first, last = _date(values["history_from"]), _date(values["history_to"])
    for number, _dossier in enumerate(history.build(town, dossiers, first, last), 1):
        tell("half a year of dossiers", number, dossiers["received"])


def _recently(town: history.Town, dossiers: Mapping[str, Any], now: datetime, tell: Tell) -> None:
    """Live through some dossiers from last month on, all of which are finished by now."""
    last = local_date(now) - timedelta(days=FINISHED_WITHIN)
    first = (local_date(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    for number, _dossier in enumerate(history.build(town, dossiers, first, last), 1):
        tell("dossiers of these weeks", number, dossiers["received"])


def seal_quietly(tell: Tell) -> None:
    """Seal what happened so far, without sending the notices or drawing the papers of the past."""
    loud = settings.DINH_HANDLERS
    settings.DINH_HANDLERS = "dinh.config.demo.quiet:HANDLERS"
    try:
        tell("seals", 0, 1)
        sealer.seal_once()
        tell("seals", 1, 1)
    finally:
        settings.DINH_HANDLERS = loud


def _told(town: history.Town, phuc: Person, ly: Person, code: str) -> dict[str, Any]:
    """Return who may sign in, and how: printed when the node is ready."""
    everyone = (*staff.COCSAN, *staff.TEAMS, *staff.NEXT_COMMUNE, *staff.PROVINCE)
    width = max(len(member.username) for member in everyone)
    return {
        "title": "Demonstration commune of Cốc San: everybody and every dossier is synthetic.",
        "accounts": [{"username": f"{m.username:<{width}}", "name": f"{m.full_name:<16}", "does": m.story} for m in everyone],
        "notes": [
            f"  Staff sign in at /vi/account/login/ with the password {staff.PASSWORD}; the page shows the one-time code.",
            f"  Citizens sign in with a personal number; the page shows the code: Mr Phúc {phuc.number}, Mrs Lý {ly.number}.",
            f"  Mr Phúc's half-filled draft has the code {code}.",
            "  Volunteers: sign in as pao, open “My phones” (/vi/desk/teams/my-phones/), make a code, and open /field/ in another",
            "  browser or on a telephone to type it there. lan has last month's report of Ún Tà to read; hoa runs all teams.",
        ],
        "phuc": phuc.number, "ly": ly.number, "draft": code, "password": staff.PASSWORD,
    }  # fmt: skip


def write_told(told: Mapping[str, Any]) -> None:
    """Keep what was told beside the data; its presence says that the demonstration is complete."""
    path = Path(settings.DINH_HOME) / DONE
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    draft.replace(path)
