"""What may be counted of papers: which were issued, and with how many electronic signatures."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, View, local_date


def _papers(vendor: str) -> str:
    return f"""
    SELECT p.id, p.unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village, p.template, p.state,
        p.language, (p.subject_type = 'dossier') AS of_a_dossier, {local_date(vendor, "p.requested_at")} AS requested_on,
        {local_date(vendor, "p.issued_at")} AS issued_on, {local_date(vendor, "p.revoked_at")} AS revoked_on,
        (SELECT count(*) FROM papers_signature AS s WHERE s.paper_id = p.id) AS signatures
    FROM papers_paper AS p"""  # noqa: S608


published.register(
    View(
        "facts_papers",
        "Papers asked for and issued",
        "paper", "dossiers.read", ("papers.",),
        (
            Column("id", "id", "the paper"),
            Column("unit", "id", "the commune that issues it, as it was written"),
            Column("village", "id", "always null: papers belong to no village"),
            Column("template", "text", "id of its template"),
            Column("state", "text", '"requested", "issued", "failed" or "revoked"'),
            Column("language", "text", "of the paper"),
            Column("of_a_dossier", "boolean", "it was made for a dossier"),
            Column("requested_on", "date", "the day on which it was asked for"),
            Column("issued_on", "date", "the day on which it was issued"),
            Column("revoked_on", "date", "the day on which it was revoked"),
            Column("signatures", "integer", "electronic signatures on it"),
        ),
        _papers,
    ),
)  # fmt: skip
