"""What may be counted of registers: their rows, and the paper books being digitised."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, View, json_text, local_date
from dinh.population.published import ABOUT_PEOPLE, PLACES, SPELL


def _records(vendor: str) -> str:
    closed = (
        f"(SELECT max({local_date(vendor, 'v.at')}) FROM registers_version AS v WHERE v.record_id = r.id)"  # noqa: S608
    )
    return f"""
    WITH declared AS MATERIALIZED (
        SELECT item, max({json_text(vendor, "content", "domain")}) AS domain
        FROM catalogue_published WHERE kind = 'register' GROUP BY item)
    SELECT r.id, r.unit_id AS unit, h.village_id AS village, r.register, c.domain, r.provenance,
        r.registered_on AS since,
        CASE WHEN r.state = 'closed' THEN coalesce({closed}, r.confirmed_on, r.registered_on) END AS until,
        (r.person_id IS NOT NULL) AS of_a_person, (r.as_written IS NULL) AS as_declared
    FROM registers_record AS r
    LEFT JOIN declared AS c ON c.item = r.register
    LEFT JOIN population_person AS p ON p.id = r.person_id
    LEFT JOIN population_household AS h ON h.id = p.household_id AND h.unit_id = r.unit_id"""  # noqa: S608


def _books(vendor: str) -> str:
    entries = "(SELECT count(*) FROM registers_scanentry AS e WHERE e.book_id = b.id AND e.state {})"
    return f"""
    SELECT b.id, b.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village,
        b.register, {local_date(vendor, "b.at")} AS since, b.pages_in_book AS pages,
        (SELECT count(*) FROM registers_scanpage AS g WHERE g.book_id = b.id AND g.replaced_by_id IS NULL) AS scanned,
        (SELECT count(*) FROM registers_scanpage AS g
            WHERE g.book_id = b.id AND g.replaced_by_id IS NULL AND g.keyed_at IS NOT NULL) AS keyed,
        {entries.format("<> 'dropped'")} AS entries,
        (SELECT count(*) FROM registers_scanentry AS e WHERE e.book_id = b.id AND e.record_id IS NOT NULL) AS entered
    FROM registers_scanbook AS b"""  # noqa: S608


published.register(
    View(
        "facts_records",
        "Rows of every register, from the day of their registration until they were closed",
        "record", "registers.read", ("registers.entered", "registers.amended", "registers.closed",
                                               "registers.reopened", "registers.batch_imported", "registers.imported", *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("register", "text", "id of the register"),
            Column("domain", "text", "code of list `register_domains`"),
            Column("provenance", "text", '"dossier", "import", "correction", "exchange", "scan" or "desk"'),
            *SPELL,
            Column("of_a_person", "boolean", "the person whom it concerns is known to the population"),
            Column("as_declared", "boolean", "every value is of the type that its field declares"),
        ),
        _records,
    ),
    View(
        "facts_scan_books",
        "Paper books being digitised, with their pages and lines as they stand now",
        "scanbook", "registers.read", ("registers.scan_",),
        (
            *PLACES,
            Column("register", "text", "id of the register that the book belongs to"),
            Column("since", "date", "the day on which its digitising began"),
            Column("pages", "integer", "pages of paper, counted by who holds the book"),
            Column("scanned", "integer", "pages that have a picture"),
            Column("keyed", "integer", "pages whose lines are all keyed"),
            Column("entries", "integer", "lines found on the pages"),
            Column("entered", "integer", "lines that stand in the register"),
        ),
        _books,
    ),
)  # fmt: skip
