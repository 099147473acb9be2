"""What may be counted of dossiers: each with its days, its outcome, how it was filed and dealt with. No names, no numbers."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, View, age_band, json_text, local_date
from dinh.dossiers.queries.figures import FOUR
from dinh.population.published import ABOUT_PEOPLE, AGE_BAND, PERSON, PLACES, about

STATES = {
    3: "not_accepted", 7: "withdrawn", 8: "stopped", 9: "approved", 10: "returned",
}  # fmt: skip
CHANNELS = {1: "counter", 2: "online", 3: "post"}

COLUMNS = (
    *PLACES,
    Column("procedure", "text", "id of the procedure"),
    Column("sector", "text", "code of list `sectors`, of the procedure's version"),
    Column("offered", "text", 'how the procedure may be filed: "full" online, "partial", or "none"'),
    Column("channel", "text", 'how it was filed: "online", "counter" or "post"'),
    Column("state", "text", '"running", "not_accepted", "withdrawn", "stopped", "approved" or "returned"'),
    Column("filed_on", "date", "the day on which it came in"),
    Column("received_on", "date", "the day on which it was accepted; null when it never was"),
    Column("due_on", "date", "the day by which the law asks for it, with the waits for the citizen"),
    Column("finished_on", "date", "the day on which nothing was left to decide; null while something is"),
    Column("returned_on", "date", "the day on which the result was handed over"),
    Column("accepted", "boolean", "it was accepted"),
    Column("decided", "boolean", "approved, or stopped after it was accepted"),
    Column("on_time", "boolean", "of an accepted and ended one: by Decision 766, 2.1; null while it runs"),
    Column("timing", "text", 'of an accepted and ended one: "early", "on_day" or "late", by Decision 766, 2.1'),
    Column("punctual", "boolean", "of an accepted one: at most one request to complete it"),
    Column("held", "boolean", "it runs, and the citizen is waited for, who was asked before it was due"),
    Column("waiting", "boolean", "it runs, and the citizen is waited for"),
    Column("supplements", "integer", "requests to complete it"),
    Column("proved", "boolean", "filed by an identity proved electronically"),
    Column("online_processed", "boolean", "received and processed online, end to end"),
    Column("full_online", "boolean", "filed online, with an electronic result where there is one (Decision 766, 3.3)"),
    Column("has_result", "boolean", "approved: there is a result to give"),
    Column("e_result", "boolean", "its result is a file signed electronically"),
    Column("digitised", "boolean", "its components are electronic: filed online, or scanned, none left on paper"),
    Column("reused", "boolean", "an answer came from a register, or a paper from what was already held"),
    Column("population_used", "boolean", "an answer came from the population"),
    Column("four_on_site", "boolean", "of a returned one: received, examined, approved and returned at the centre"),
    Column("worked_minutes", "integer", "office time from acceptance to decision, without the waits for the citizen, "
           "rounded up to steps that grow with it; null before it is decided"),
    Column("minutes", "integer", "the same to the minute, to be added up"),
    Column("with_fee", "boolean", "something is paid for it"),
    Column("helped", "boolean", "an officer or a volunteer filled it in with the person"),
    Column("stars", "integer", "what the person thought of it, 1 to 5; null when they did not say"),
    *PERSON,
    AGE_BAND,
)  # fmt: skip


def _case(column: str, words: dict[int, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN {code} THEN '{word}'" for code, word in words.items())
    return f"CASE {column} {cases} ELSE '{otherwise}' END"


def _source(vendor: str, source: str, origin: str = "") -> str:
    """Return whether an answer of the dossier has a source: of its answers alone, without reading what they say."""
    if vendor == "sqlite":
        more = f" AND json_extract(a.value, '$.from') = '{origin}'" if origin else ""
        said = f"json_extract(a.value, '$.source') = '{source}'{more}"
        return f"EXISTS (SELECT 1 FROM json_each(d.answers) AS a WHERE {said})"  # noqa: S608
    more = f' && @.from == "{origin}"' if origin else ""
    return f"""jsonb_path_exists(d.answers, '$.* ? (@.source == "{source}"{more})')"""


def _steps(minutes: str) -> str:
    """Return minutes rounded up: to quarters of an hour, half hours, half days and days of work."""
    return (
        f"CASE WHEN {minutes} <= 120 THEN ({minutes} + 14) / 15 * 15 WHEN {minutes} <= 480 THEN ({minutes} + 29) / 30 * 30 "
        f"WHEN {minutes} <= 2400 THEN ({minutes} + 239) / 240 * 240 ELSE ({minutes} + 479) / 480 * 480 END"
    )


def _dossiers(vendor: str) -> str:
    """Return the SELECT. The rules of time are those of `queries.figures` and `rules.clock`, and a test compares them."""
    ended = "coalesce(d.finished_at, d.returned_at)"
    ended_on, due_on = local_date(vendor, ended), local_date(vendor, "d.due_at")
    late = f"(d.supplement_count > 1 OR {ended} > d.due_at)"
    over = f"d.received_at IS NOT NULL AND {ended} IS NOT NULL"
    runs = f"d.received_at IS NOT NULL AND {ended} IS NULL"
    waits = "(d.status IN (5, 6) AND d.local_status <> 'da_bo_sung_cho_tiep_nhan')"
    verbs = ", ".join(f"'{verb}'" for verb in FOUR)
    asked = "EXISTS (SELECT 1 FROM dossiers_supplement AS s WHERE s.dossier_id = d.id AND s.answered_at IS NULL AND s.requested_at <= d.due_at)"
    owed = "EXISTS (SELECT 1 FROM dossiers_step AS s WHERE s.dossier_id = d.id AND s.verb = 'ask_payment' AND s.done_at {} d.due_at)"
    originals = "EXISTS (SELECT 1 FROM dossiers_attachment AS t WHERE t.dossier_id = d.id AND t.copy = 0)"
    scanned = "EXISTS (SELECT 1 FROM dossiers_attachment AS t WHERE t.dossier_id = d.id)"
    kept = "EXISTS (SELECT 1 FROM dossiers_attachment AS t WHERE t.dossier_id = d.id AND t.reused_from <> '')"
    e_result = "(k.state IS NOT NULL AND k.state = 'issued')"
    return f"""
    WITH offered AS MATERIALIZED (
        SELECT item, version, {json_text(vendor, "content", "sector")} AS sector,
            {json_text(vendor, "content", "online")} AS online
        FROM catalogue_published WHERE kind = 'procedure')
    SELECT d.id, d.unit_id AS unit, CASE WHEN h.unit_id = d.unit_id THEN h.village_id END AS village,
        d.applicant_id AS applicant, d.procedure, o.sector, o.online AS offered,
        {_case("d.channel", CHANNELS, "online")} AS channel, {_case("d.status", STATES, "running")} AS state,
        {local_date(vendor, "d.filed_at")} AS filed_on, {local_date(vendor, "d.received_at")} AS received_on,
        {due_on} AS due_on, {ended_on} AS finished_on, {local_date(vendor, "d.returned_at")} AS returned_on,
        (d.received_at IS NOT NULL) AS accepted,
        (d.received_at IS NOT NULL AND d.status IN (8, 9, 10)) AS decided,
        CASE WHEN {over} THEN NOT {late} END AS on_time,
        CASE WHEN {over} THEN CASE WHEN {late} THEN 'late' WHEN {ended_on} < {due_on} THEN 'early' ELSE 'on_day' END END AS timing,
        CASE WHEN d.received_at IS NOT NULL THEN d.supplement_count <= 1 END AS punctual,
        ({runs} AND ((d.status = 5 AND {asked})
            OR (d.status = 6 AND {owed.format("<=")} AND NOT {owed.format(">")}))) AS held,
        ({ended} IS NULL AND {waits}) AS waiting, d.supplement_count AS supplements,
        d.e_authenticated AS proved, d.online_processed,
        (d.channel = 2 AND (d.status NOT IN (9, 10) OR {e_result})) AS full_online,
        (d.status IN (9, 10)) AS has_result, {e_result} AS e_result,
        (d.channel = 2 OR {scanned}) AND NOT {originals} AS digitised,
        {kept} OR {_source(vendor, "register")} AS reused, {_source(vendor, "register", "population")} AS population_used,
        CASE WHEN d.status = 10 THEN (
            SELECT count(DISTINCT s.verb) = 4 AND count(CASE WHEN NOT s.on_site THEN 1 END) = 0
            FROM dossiers_step AS s WHERE s.dossier_id = d.id AND s.verb IN ({verbs})) END AS four_on_site,
        {_steps("d.worked_minutes")} AS worked_minutes, d.worked_minutes AS minutes,
        (d.fee_vnd > 0) AS with_fee, (d.helper_id IS NOT NULL) AS helped, g.stars, {about("p")},
        {age_band(vendor, "p.birth", local_date(vendor, "d.filed_at"))} AS age_band
    FROM dossiers_dossier AS d
    LEFT JOIN offered AS o ON o.item = d.procedure AND o.version = d.procedure_version
    LEFT JOIN population_person AS p ON p.id = d.applicant_id
    LEFT JOIN population_household AS h ON h.id = p.household_id
    LEFT JOIN dossiers_result AS r ON r.dossier_id = d.id
    LEFT JOIN papers_paper AS k ON k.id = r.paper_id
    LEFT JOIN dossiers_rating AS g ON g.dossier_id = d.id"""  # noqa: S608


published.register(
    View(
        "facts_dossiers",
        "Dossiers handed in",
        "dossier", "dossiers.read", ("dossiers.", "papers.issued", "papers.revoked", *ABOUT_PEOPLE),
        COLUMNS, _dossiers, person="applicant",
    ),
)  # fmt: skip
