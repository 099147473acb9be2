"""The rows of `tests.paths` for the outreach pillar: teams, telephones, the field app, gatherings, voices, the kiosk."""

from __future__ import annotations

from tests.rights import Path_, any_of

READ, POST = "GET HEAD", "POST"
LEAD, MANAGE, SUPERVISE, ANSWER = "outreach.lead", "outreach.manage", "outreach.supervise", "work.answer"

OUTREACH_PATHS: dict[str, Path_] = {
    # Teams
    "desk:teams": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    # Difficulties
    "desk:difficulties": Path_(any_of(ANSWER, LEAD, SUPERVISE)),
}
