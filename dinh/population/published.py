"""What may be counted of the population: who lives where, stays, households and electronic identities."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import (
    Column,
    View,
    age_band,
    birthday,
    earliest,
    latest,
    literal,
    years_after,
)

PLACES = (
    Column("id", "id", "the subject of the row"),
    Column("unit", "id", "the commune, as it was written"),
    Column("village", "id", "the village; null where it is not known"),
)
PERSON = (
    Column("sex", "text", 'sex: "1" male, "2" female; null when not known', personal=False),
    Column("ethnicity", "text", "code of list `ethnic_groups`"),
)
BIRTH = Column(
    "birth", "text", "birth as ISO text, possibly its month or year alone: age at the end of a month", personal=True
)  # fmt: skip
AGE_BAND = Column("age_band", "text", "age on the day of the row, in bands")
AGES = (14, 15, 60)  # of an identity card, of a bank account, of the elderly
LONG_AGO = "1900-01-01"  # since when, where nothing says it


def about(alias: str) -> str:
    """Return the columns `PERSON` of the person of an alias."""
    return f"nullif({alias}.sex, '9') AS sex, nullif({alias}.ethnicity, '') AS ethnicity"


def of_age(vendor: str, since: str, birth: str, years: int) -> str:
    """Return the first day from `since` on of which the person has an age; null when the birth is unknown."""
    reached = years_after(vendor, birthday(vendor, birth), str(years))
    return f"CASE WHEN {birth} <> '' THEN {latest(vendor, since, reached)} END"


def _spells(vendor: str) -> str:
    """Return who lived where from when until when: permanent residences, and people of whom only the commune is known."""
    died = birthday(vendor, "p.died_on")
    from_birth = f"coalesce({birthday(vendor, 'p.birth')}, {literal(vendor, LONG_AGO)})"
    ages = ", ".join(f"{of_age(vendor, '{0}', 'p.birth', years)} AS since_{years}" for years in AGES)
    return f"""
    SELECT p.id, p.id AS person, r.unit_id AS unit, r.village_id AS village, r.from_on AS since,
        {earliest(vendor, "r.ended_on", died)} AS until, {about("p")}, nullif(p.birth, '') AS birth,
        {ages.format("r.from_on")}
    FROM population_residence AS r JOIN population_person AS p ON p.id = r.person_id
    WHERE r.kind = 'permanent'
    UNION ALL
    SELECT p.id, p.id AS person, p.unit_id AS unit, h.village_id AS village,
        {from_birth} AS since, {died} AS until, {about("p")}, nullif(p.birth, '') AS birth, {ages.format(from_birth)}
    FROM population_person AS p LEFT JOIN population_household AS h ON h.id = p.household_id
    WHERE p.unit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM population_residence AS r WHERE r.person_id = p.id AND r.kind = 'permanent')"""  # noqa: S608


def _identities(vendor: str) -> str:
    return f"""
    SELECT s.id, s.unit, s.village, s.sex, s.ethnicity, s.birth, e.level,
        {latest(vendor, "e.since", "s.since")} AS since, s.until,
        CASE WHEN s.since_14 IS NOT NULL THEN {latest(vendor, "e.since", "s.since_14")} END AS since_14
    FROM population_electronicid AS e JOIN ({_spells(vendor)}) AS s ON s.id = e.person_id
    WHERE s.until IS NULL OR s.until > e.since"""  # noqa: S608


def _residences(vendor: str) -> str:
    return f"""
    SELECT r.id, r.person_id AS person, r.unit_id AS unit, r.village_id AS village, r.kind, r.from_on, r.until_on, r.ended_on,
        (r.dossier IS NOT NULL) AS by_dossier, {about("p")}, {age_band(vendor, "p.birth", "r.from_on")} AS age_band
    FROM population_residence AS r JOIN population_person AS p ON p.id = r.person_id"""  # noqa: S608


def _households(vendor: str) -> str:
    return f"""
    SELECT h.id, h.unit_id AS unit, h.village_id AS village, coalesce(nullif(h.poverty, ''), 'none') AS poverty,
        coalesce((SELECT min(r.from_on) FROM population_residence AS r WHERE r.household_id = h.id),
            {literal(vendor, LONG_AGO)}) AS since, h.closed_on AS until,
        (SELECT count(*) FROM population_person AS p WHERE p.household_id = h.id AND p.status = 'alive') AS members
    FROM population_household AS h"""  # noqa: S608


SPELL = (
    Column("since", "date", "the first day on which it is so"),
    Column("until", "date", "the first day on which it no longer is; null while it lasts"),
)
TOUCHED = ("population.",)
# Entries that may change who a person is and where: for views of others that say it of the person of a row.
ABOUT_PEOPLE = (
    "population.person_amended", "population.residence_", "population.household_", "population.head_left",
    "population.changed", "population.import",
)  # fmt: skip


def _since(years: int) -> Column:
    said = f"the first day on which it is so and the person is {years}; null when the birth is unknown"
    return Column(f"since_{years}", "date", said)


published.register(
    View(
        "facts_residents",
        "Permanent residents: one row for each person and each place where they lived, from when until when",
        "person", "population.read", TOUCHED,
        (*PLACES, *SPELL, *PERSON, BIRTH, *(_since(years) for years in AGES)), _spells, person="person",
    ),
    View(
        "facts_electronic_ids",
        "Residents who have an electronic identity, at its present level",
        "person", "population.read", TOUCHED,
        (*PLACES, Column("level", "integer", "1 declared, 2 proved in person"), *SPELL, *PERSON, BIRTH, _since(14)), _identities,
        person="id",
    ),
    View(
        "facts_residences",
        "Residences entered: permanent, temporary, and stays notified",
        "residence", "population.read", TOUCHED,
        (
            *PLACES,
            Column("kind", "text", '"permanent", "temporary" or "stay"'),
            Column("from_on", "date", "the first day"),
            Column("until_on", "date", "the last day granted; null for a permanent one"),
            Column("ended_on", "date", "the first day on which it no longer holds; null while it does"),
            Column("by_dossier", "boolean", "entered by the decision on a dossier, not by an import"),
            *PERSON, AGE_BAND,
        ),
        _residences, person="person",
    ),
    View(
        "facts_households",
        "Households",
        "household", "population.read", TOUCHED,
        (
            *PLACES,
            Column("poverty", "text", '"poor", "near_poor" or "none"'),
            Column("members", "integer", "people alive who belong to it now"),
            *SPELL,
        ),
        _households,
    ),
)  # fmt: skip
