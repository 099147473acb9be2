"""The rows of `tests.paths` for the outreach pillar: teams, telephones, the field app, gatherings, voices, the kiosk."""

from __future__ import annotations

from tests import commons_rows as rows
from tests.rights import Path_, any_of, public

READ, POST = "GET HEAD", "POST"
COMMONS = "commons.edit"
LEAD, MANAGE, SUPERVISE, ANSWER = "outreach.lead", "outreach.manage", "outreach.supervise", "work.answer"

OUTREACH_PATHS: dict[str, Path_] = {
    # Teams
    "desk:teams": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    # Difficulties
    "desk:difficulties": Path_(any_of(ANSWER, LEAD, SUPERVISE)),
    # The commune's pages for its visitors
    "desk:commons": Path_(any_of(COMMONS)),
    "desk:commons_new": Path_(any_of(COMMONS), args=lambda house: {"kind": "place"}),
    "desk:commons_edit": Path_(any_of(COMMONS, row=COMMONS), args=rows.of_page),
    "desk:commons_state": Path_(any_of(COMMONS, row=COMMONS), POST, rows.of_page),
    "desk:commons_move": Path_(any_of(COMMONS, row=COMMONS), POST, rows.of_page),
    "desk:commons_picture": Path_(any_of(COMMONS, row=COMMONS), POST, rows.of_page),
    "desk:commons_preview": Path_(any_of(COMMONS, row=COMMONS), args=rows.of_page),
    "portal:commune": Path_(public, READ),
    "portal:commons_page": Path_(public, READ, rows.of_slug),
    "portal:commons_poster": Path_(public, READ, rows.of_slug),
    "portal:commons_picture": Path_(public, READ, rows.of_picture),
    # Kiosks, and the waiting line
    "desk:kiosks": Path_(any_of(MANAGE)),
    "desk:kiosk_act": Path_(any_of(MANAGE, row=MANAGE), POST, rows.of_kiosk),
    "desk:queue": Path_(any_of("dossiers.receive", "drafts.help")),
    "kiosk:home": Path_(public),
    "kiosk:pair": Path_(public),
    "kiosk:door": Path_(public, args=lambda house: {"door": "ask"}),
    "kiosk:finish": Path_(public, POST),
    "kiosk:finished": Path_(public),
    "kiosk:alive": Path_(public, POST),
    "kiosk:guidance": Path_(public),
    "kiosk:follow": Path_(public),
    "kiosk:print": Path_(public),
    "kiosk:paper": Path_(public, args=lambda house: {"paper_id": house.here.draft.pk}),
    "kiosk:scan": Path_(public),
    "kiosk:helping": Path_(public),
    "kiosk:take": Path_(public),
    "kiosk:ticket": Path_(public, args=rows.of_ticket),
    "kiosk:board": Path_(public, args=rows.of_counter),
    "kiosk:speech": Path_(public, POST),
}
