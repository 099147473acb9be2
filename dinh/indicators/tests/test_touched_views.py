"""What a view reads, an entry announces: each table behind a view has a kind of entry that says it changed, and the view hears it."""

from __future__ import annotations

import re

from dinh.database import published

# Table -> a kind of entry that the actions which write it put down.
ANNOUNCED = {
    "dossiers_dossier": "dossiers.filed", "dossiers_step": "dossiers.received", "dossiers_supplement": "dossiers.asked",
    "dossiers_attachment": "dossiers.amended", "dossiers_result": "dossiers.approved", "dossiers_rating": "dossiers.rated",
    "papers_paper": "papers.issued", "papers_signature": "papers.issued",
    "population_person": "population.person_amended", "population_household": "population.household_amended",
    "population_residence": "population.residence_moved", "population_electronicid": "population.electronic_id_set",
    "registers_record": "registers.entered", "registers_version": "registers.amended",
    "registers_scanbook": "registers.scan_book_opened", "registers_scanpage": "registers.scan_page_keyed",
    "registers_scanentry": "registers.scan_entry_keyed",
    "verification_rate": "verification.verified", "verification_finding": "verification.decided",
    "work_assignment": "work.done", "work_issuecard": "work.card_answered",
    "outreach_visit": "outreach.operation_taken", "outreach_assistance": "outreach.operation_taken",
    "outreach_difficulty": "outreach.operation_taken", "outreach_factchange": "outreach.profile_changed",
    "outreach_houseprofile": "outreach.profile_changed", "outreach_personprofile": "outreach.profile_changed",
    "outreach_workshop": "outreach.gathering_held", "outreach_attendance": "outreach.attended",
    "outreach_team": "outreach.team_amended", "outreach_member": "outreach.joined", "outreach_duty": "outreach.duty_marked",
    "outreach_fieldreport": "outreach.report_sent", "outreach_kiosk": "outreach.kiosk_paired",
    "outreach_queueticket": "outreach.ticket_called", "outreach_commonspage": "outreach.commons_published",
}  # fmt: skip
# A commune's boundaries move everything (`touching.MOVES_PLACES`); a new version of a declaration counts everything anew.
# What a row takes of these never changes while the row stands.
NEVER_ALONE = {
    "directory_unit",
    "directory_unitversion",
    "directory_office",
    "catalogue_published",
    "json_each",
}
FIXED = {
    ("facts_duties", "outreach_member"),
    ("facts_reports", "outreach_team"),
    ("facts_electronic_ids", "population_household"),
}


def test_every_view_hears_of_every_table_that_it_reads() -> None:
    deaf = []
    for name, view in published.views().items():
        read = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z]+_[a-z]+)\b", published.statement(name, "sqlite")))
        for table in sorted(read - NEVER_ALONE):
            if (name, table) not in FIXED and not ANNOUNCED[table].startswith(view.touched_by):
                deaf.append((name, table, ANNOUNCED[table]))

    assert deaf == []
