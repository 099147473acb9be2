"""What teams know of houses and people: each fact from the day it was seen until the day it was seen otherwise."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import (
    Column,
    Extension,
    View,
    birthday,
    earliest,
    json_holds,
    local_date,
)
from dinh.population.published import ABOUT_PEOPLE, BIRTH, PERSON, PLACES, SPELL, about, of_age

HOUSE_FACTS = ("has_device", "mobile", "broadband", "power", "skilled")
LADDERS = ("electronic_id", "service_account", "health_record", "insurance_app", "bank_account", "has_device")
DISABILITIES = ("sees_badly", "hears_badly", "moves_badly")
TOUCHED = ("outreach.profile_changed",)


def _spell(vendor: str, places: str, more: str) -> str:
    """Return the first day of a fact and the day of the next one about the same: places first, so that one unit is read alone."""
    following = f"lead(c.captured_at) OVER (PARTITION BY {places}, c.entity, c.field ORDER BY c.captured_at, c.entity_version, c.id)"
    until = local_date(vendor, following)
    return f"{local_date(vendor, 'c.captured_at')} AS since, {earliest(vendor, until, more) if more else until} AS until"


def _word(vendor: str) -> str:
    """Return a value as a word: "yes", "no" or a code; of a person who is named only that there is one."""
    if vendor == "sqlite":
        said = """CASE json_type(c.value) WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no'
            WHEN 'text' THEN nullif(json_extract(c.value, '$'), '') END"""
        missing = "json_type(c.value) = 'null' OR c.value IS NULL"
    else:
        said = """CASE WHEN c.value = 'true'::jsonb THEN 'yes' WHEN c.value = 'false'::jsonb THEN 'no'
            WHEN jsonb_typeof(c.value) = 'string' THEN nullif(c.value #>> '{}', '') END"""
        missing = "c.value = 'null'::jsonb OR c.value IS NULL"
    return f"CASE WHEN c.field = 'skilled' THEN CASE WHEN {missing} THEN 'no' ELSE 'yes' END ELSE {said} END"


def _rung(vendor: str) -> str:
    if vendor == "sqlite":
        return "CAST(json_extract(c.value, '$') AS INTEGER)"
    return """CASE WHEN c.value = 'true'::jsonb THEN 1 WHEN c.value = 'false'::jsonb THEN 0
        WHEN jsonb_typeof(c.value) = 'number' THEN (c.value #>> '{}')::int END"""


def _house_facts(vendor: str) -> str:
    wanted = ", ".join(f"'{name}'" for name in HOUSE_FACTS)
    return f"""
    SELECT h.id, h.unit_id AS unit, h.village_id AS village, c.field AS fact, {_word(vendor)} AS value,
        {_spell(vendor, "h.unit_id", "h.closed_on")}
    FROM outreach_factchange AS c JOIN population_household AS h ON h.id = c.entity
    WHERE c.entity_type = 'household' AND c.winner AND c.field IN ({wanted})"""  # noqa: S608


def _person_facts(vendor: str) -> str:
    wanted = ", ".join(f"'{name}'" for name in LADDERS)
    return f"""
    SELECT p.id, p.unit_id AS unit, h.village_id AS village, c.field AS fact, {_rung(vendor)} AS rung,
        {_spell(vendor, "p.unit_id", birthday(vendor, "p.died_on"))}, {about("p")}, nullif(p.birth, '') AS birth,
        {of_age(vendor, local_date(vendor, "c.captured_at"), "p.birth", 15)} AS since_15
    FROM outreach_factchange AS c JOIN population_person AS p ON p.id = c.entity
    LEFT JOIN population_household AS h ON h.id = p.household_id
    WHERE c.entity_type = 'person' AND c.winner AND p.unit_id IS NOT NULL
        AND (c.field IN ({wanted}) OR c.field LIKE 'skills.%%')""".replace("%%", "%")  # noqa: S608


def _houses(vendor: str) -> dict[str, str]:
    said = {
        "device": "f.has_device", "mobile": "nullif(f.mobile, '')", "broadband": "f.broadband",
        "power": "nullif(f.power, '')", "skilled": "f.skilled_id IS NOT NULL",
        "visited_on": local_date(vendor, "f.last_visit"), "refused_on": "f.refused_on",
    }  # fmt: skip
    profile = "SELECT {} FROM outreach_houseprofile AS f WHERE f.household_id = facts.id"
    return {name: profile.format(expression) for name, expression in said.items()}


def people(vendor: str, person: str = "facts.id") -> dict[str, str]:
    """Return the columns `TRAITS` of the person of a column."""
    disabled = " OR ".join(json_holds(vendor, "f.needs", code) for code in DISABILITIES)
    return {
        "device": f"""SELECT coalesce(f.has_device, w.has_device) FROM population_person AS p
            LEFT JOIN outreach_personprofile AS f ON f.person_id = p.id
            LEFT JOIN outreach_houseprofile AS w ON w.household_id = p.household_id WHERE p.id = {person}""",  # noqa: S608
        "disability": f"SELECT {disabled} FROM outreach_personprofile AS f WHERE f.person_id = {person}",  # noqa: S608
    }


def _applicants(vendor: str) -> dict[str, str]:
    return people(vendor, "facts.applicant")


def of_persons(vendor: str) -> dict[str, str]:
    """Return the columns `TRAITS` of views whose SELECT names the person."""
    return people(vendor, "facts.person")


TRAITS = (
    Column(
        "device", "boolean", "the person, or somebody in the house, has a smartphone; null when nobody asked"
    ),
    Column("disability", "boolean", "sees, hears or moves badly; null when no team knows the person"),
)

published.register(
    View(
        "facts_house_facts",
        "What teams saw at houses: device, network, power, somebody skilled; each until it was seen otherwise",
        "household", "outreach.lead", (*TOUCHED, *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("fact", "text", '"has_device", "mobile", "broadband", "power" or "skilled"'),
            Column("value", "text", '"yes", "no", or a code of list `network_strengths` or `power_supplies`; null when taken back'),
            *SPELL,
        ),
        _house_facts,
    ),
    View(
        "facts_person_facts",
        "How far people are on each ladder, as teams saw it; each rung until the next",
        "person", "outreach.lead", (*TOUCHED, *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("fact", "text", '"electronic_id", "service_account", "health_record", "insurance_app", "bank_account", '
                   '"has_device", or "skills." with a code of list `basic_skills`'),
            Column("rung", "integer", "0 none, 1 has it, 2 used alone; of the electronic identity its level; of a skill 1 with help"),
            *SPELL, *PERSON, BIRTH,
            Column("since_15", "date", "the first day on which it is so and the person is 15; null when the birth is unknown"),
        ),
        _person_facts,
    ),
)  # fmt: skip

published.extend(
    Extension(
        "facts_households", TOUCHED,
        (
            Column("device", "boolean", "somebody in the house has a smartphone; null when nobody asked"),
            Column("mobile", "text", "code of list `network_strengths`, as seen at the house"),
            Column("broadband", "boolean", "the house has broadband; null when nobody asked"),
            Column("power", "text", "code of list `power_supplies`"),
            Column("skilled", "boolean", "somebody in the house has the basic digital skills; null when no team was there"),
            Column("visited_on", "date", "the day of the last visit"),
            Column("refused_on", "date", "the day on which the house asked not to be visited again"),
        ),
        _houses,
    ),
    Extension("facts_residents", TOUCHED, TRAITS, people),
    Extension("facts_electronic_ids", TOUCHED, TRAITS, people),
    Extension("facts_person_facts", TOUCHED, TRAITS, people),
    Extension("facts_residences", TOUCHED, TRAITS, of_persons),
    Extension("facts_help", (*TOUCHED, *ABOUT_PEOPLE), TRAITS, of_persons),
    Extension("facts_dossiers", TOUCHED, TRAITS, _applicants),
)  # fmt: skip
