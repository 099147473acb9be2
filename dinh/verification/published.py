"""What may be counted of verification: how many rows of a register held, and what officers have to decide."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, View, json_integer, local_date
from dinh.population.published import PLACES, SPELL
from dinh.verification.queries.rates import CRITERIA

MEANT = {
    "dung": "nothing in the population contradicts the row",
    "du": "the row is complete",
    "sach": "the row is written as asked and stands once",
    "song": "the person lives, and there",
}


def _rates(vendor: str) -> str:
    """Return each verification of a register with the day of the next one: until then its result stands."""
    held = ", ".join(f"r.{name}" for name in CRITERIA)
    following = "lead(r.at) OVER (PARTITION BY r.unit_id, r.register ORDER BY r.at, r.id)"
    return f"""
    SELECT r.submission_id AS id, r.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village,
        r.register, {local_date(vendor, "r.at")} AS since, {local_date(vendor, following)} AS until, r.rows,
        coalesce({json_integer(vendor, "r.verdicts", "verified")}, 0) AS verified, {held}
    FROM verification_rate AS r WHERE r.commune = ''"""  # noqa: S608


def _findings(vendor: str) -> str:
    return f"""
    SELECT f.id, f.unit_id AS unit, f.village_id AS village, f.register, f.kind, f.state,
        nullif(f.decision, '') AS decision, {local_date(vendor, "f.found_at")} AS since,
        CASE WHEN f.state = 'decided' THEN {local_date(vendor, "f.decided_at")}
            WHEN f.state = 'gone' THEN {local_date(vendor, "f.found_at")} END AS until,
        CASE WHEN f.state = 'decided' THEN {local_date(vendor, "f.decided_at")} END AS decided_on
    FROM verification_finding AS f"""  # noqa: S608


published.register(
    View(
        "facts_verification",
        "Verifications of registers, each until the next: how many rows there were, and how many held",
        "submission", "registers.read", ("verification.verified", "verification.submitted"),
        (
            *PLACES,
            Column("register", "text", "id of the register"),
            *SPELL,
            Column("rows", "integer", "rows verified"),
            Column("verified", "integer", "rows whose person is certain and contradicted by nothing"),
            *(Column(name, "integer", f"rows of which {MEANT[name]}") for name in CRITERIA),
        ),
        _rates,
    ),
    View(
        "facts_findings",
        "What verification found and an officer decides",
        "finding", "verification.decide", ("verification.",),
        (
            *PLACES,
            Column("register", "text", "id of the register"),
            Column("kind", "text", "what is to be done: correct, choose, search, complete, ..."),
            Column("state", "text", '"open", "decided" or "gone"'),
            Column("decision", "text", "what was decided; null while it is open"),
            *SPELL,
            Column("decided_on", "date", "the day of the decision"),
        ),
        _findings,
    ),
)  # fmt: skip
