"""What teams did and heard at houses: visits, help, requests filed together, difficulties and their answers."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, Extension, View, age_band, json_text, local_date
from dinh.outreach.published.places import commune_of
from dinh.population.published import ABOUT_PEOPLE, AGE_BAND, PERSON, PLACES, about

OPERATIONS = ("outreach.operation_",)


def _visits(vendor: str) -> str:
    return f"""
    SELECT v.id, h.unit_id AS unit, coalesce(v.village_id, h.village_id) AS village, v.household_id AS household,
        v.outcome, {local_date(vendor, "v.at")} AS visited_on, coalesce(v.minutes, 0) AS minutes,
        (v.companion_id IS NOT NULL) AS joint, (v.checks_id IS NOT NULL) AS checks, v.agrees, (v.slip <> '') AS slip
    FROM outreach_visit AS v JOIN population_household AS h ON h.id = v.household_id"""  # noqa: S608


def _help(vendor: str) -> str:
    on = local_date(vendor, "a.at")
    return f"""
    SELECT a.id, a.person_id AS person, coalesce(h.unit_id, {commune_of("a.village_id", on)}, p.unit_id) AS unit,
        coalesce(a.village_id, h.village_id) AS village, coalesce(a.person_id, a.household_id, a.id) AS whom,
        a.kind, a.outcome, nullif(a.procedure, '') AS procedure, {on} AS helped_on,
        {local_date(vendor, "a.brought_at")} AS brought_on, (a.dossier IS NOT NULL) AS filed,
        {json_text(vendor, "a.consent", "how")} AS consent, {about("p")}, {age_band(vendor, "p.birth", on)} AS age_band
    FROM outreach_assistance AS a
    LEFT JOIN population_household AS h ON h.id = a.household_id
    LEFT JOIN population_person AS p ON p.id = a.person_id"""  # noqa: S608


def _difficulties(vendor: str) -> str:
    on, answered = local_date(vendor, "d.at"), local_date(vendor, "q.answered_at")
    told = local_date(vendor, "d.told_at")
    return f"""
    SELECT d.id, coalesce(h.unit_id, {commune_of("d.village_id", on)}) AS unit,
        coalesce(d.village_id, h.village_id) AS village, d.kind, nullif(d.procedure, '') AS procedure, d.urgency,
        {on} AS since, coalesce({answered}, {told}) AS until, {told} AS told_on, (d.card_id IS NOT NULL) AS grouped,
        (d.told_at IS NOT NULL OR coalesce(q.state, '') IN ('answered', 'closed')) AS answered
    FROM outreach_difficulty AS d
    LEFT JOIN population_household AS h ON h.id = d.household_id
    LEFT JOIN work_issuecard AS q ON q.id = d.card_id"""  # noqa: S608


def _assisted(vendor: str) -> dict[str, str]:
    return {"at_home": "EXISTS (SELECT 1 FROM outreach_assistance AS a WHERE a.dossier = facts.id)"}


published.register(
    View(
        "facts_visits",
        "Times that somebody of a team came to a house",
        "operation", "outreach.lead", (*OPERATIONS, *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("household", "id", "the house, to count houses once", personal=True),
            Column("outcome", "text", '"met", "absent", "refused" or "moved"'),
            Column("visited_on", "date", "the day"),
            Column("minutes", "integer", "how long it took, as noted; 0 when it was not"),
            Column("joint", "boolean", "a supervisor came along"),
            Column("checks", "boolean", "it checks an earlier visit"),
            Column("agrees", "boolean", "of a check: the house confirmed the visit"),
            Column("slip", "boolean", "a numbered paper was left in the house"),
        ),
        _visits,
    ),
    View(
        "facts_help",
        "Help given by teams, requests filed together among it",
        "operation", "outreach.lead", (*OPERATIONS, *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("whom", "id", "the person, else the house, to count people once", personal=True),
            Column("kind", "text", 'code of list `assistance_kinds`; "filing" for a request filed together'),
            Column("outcome", "text", "code of list `assistance_outcomes`"),
            Column("procedure", "text", "of a request filed together"),
            Column("helped_on", "date", "the day"),
            Column("brought_on", "date", "the day on which the result was carried home"),
            Column("filed", "boolean", "a dossier came of it"),
            Column("consent", "text", "code of list `consent_ways`, of a request filed together"),
            *PERSON, AGE_BAND,
        ),
        _help, person="person",
    ),
    View(
        "facts_difficulties",
        "Difficulties that people met, from the day they told them until they were answered",
        "difficulty", "outreach.lead", (*OPERATIONS, "outreach.difficulty_", "work.card_", *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("kind", "text", "code of list `difficulty_kinds`"),
            Column("procedure", "text", "id of the procedure it is about"),
            Column("urgency", "text", '"low", "normal" or "urgent"'),
            Column("since", "date", "the day on which it was told"),
            Column("until", "date", "the day of the answer; null while there is none"),
            Column("told_on", "date", "the day on which the answer was told at the house"),
            Column("grouped", "boolean", "it belongs to a question with an owner"),
            Column("answered", "boolean", "it was answered"),
        ),
        _difficulties,
    ),
)  # fmt: skip

published.extend(
    Extension(
        "facts_dossiers", OPERATIONS,
        (Column("at_home", "boolean", "a volunteer filed it with the person, away from the counter"),),
        _assisted,
    ),
)  # fmt: skip
