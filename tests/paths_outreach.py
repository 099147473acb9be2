"""The rows of `tests.paths` for the outreach pillar: teams, telephones, the field app, gatherings, voices, the kiosk."""

from __future__ import annotations

from tests import commons_rows as rows
from tests import deciding_rows as deciding
from tests import gathering_rows as gatherings
from tests import phone_rows as phones
from tests import team_rows
from tests.rights import Path_, any_of, closed, public, telephone

READ, POST = "GET HEAD", "POST"
COMMONS = "commons.edit"
FIELD, HELP = "outreach.field", "drafts.help"
LEAD, MANAGE, SUPERVISE, ANSWER = "outreach.lead", "outreach.manage", "outreach.supervise", "work.answer"

RECORD, APPROVE = "voices.record", "voices.approve"

OUTREACH_PATHS: dict[str, Path_] = {
    # Teams
    "desk:teams": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:team_new": Path_(any_of(MANAGE)),
    "desk:team": Path_(any_of(LEAD, MANAGE, SUPERVISE, also=team_rows.leads_here), args=team_rows.of_team),
    "desk:team_edit": Path_(any_of(MANAGE, row=MANAGE), args=team_rows.of_team),
    "desk:team_areas": Path_(any_of(MANAGE, row=MANAGE), args=team_rows.of_team),
    "desk:team_close": Path_(any_of(MANAGE, row=MANAGE), POST, team_rows.of_team),
    "desk:member_join": Path_(any_of(MANAGE, row=MANAGE), args=team_rows.of_team),
    "desk:member": Path_(
        any_of(LEAD, MANAGE, SUPERVISE, also=team_rows.leads_here), args=team_rows.of_member
    ),
    "desk:member_amend": Path_(any_of(LEAD, MANAGE, row=LEAD), POST, team_rows.of_member),
    "desk:member_role": Path_(any_of(MANAGE, row=MANAGE), POST, team_rows.of_member),
    "desk:member_handover": Path_(any_of(MANAGE, row=MANAGE), args=team_rows.of_member),
    "desk:handover_undo": Path_(any_of(MANAGE, row=MANAGE), POST, team_rows.of_handover),
    "desk:rota": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:rota_copy": Path_(any_of(LEAD, MANAGE), POST),
    "desk:duty_mark": Path_(any_of(LEAD, MANAGE, row=LEAD), POST, team_rows.of_duty),
    "desk:thanks": Path_(any_of(MANAGE)),
    "desk:thanks_paper": Path_(any_of(MANAGE, row=MANAGE), args=team_rows.of_thanks),
    "desk:team_tasks": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:task_ask": Path_(any_of(LEAD, MANAGE)),
    "desk:tasks_give": Path_(any_of(LEAD, MANAGE), POST),
    "desk:task_act": Path_(any_of(LEAD, MANAGE, row=LEAD), POST, team_rows.of_task),
    "desk:targets": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:targets_keep": Path_(any_of(LEAD, MANAGE), POST),
    # Difficulties
    "desk:difficulties": Path_(any_of(ANSWER, LEAD, SUPERVISE)),
    "desk:card_new": Path_(any_of(ANSWER, SUPERVISE)),
    "desk:cards": Path_(any_of(ANSWER, LEAD, SUPERVISE)),
    "desk:card": Path_(
        any_of(ANSWER, LEAD, SUPERVISE, also=lambda actor: actor.where == "here"), args=team_rows.of_card
    ),
    "desk:card_act": Path_(
        any_of(ANSWER, SUPERVISE, also=lambda actor: actor.where == "here"), POST, team_rows.of_act
    ),
    # Two values, and work that waits for a decision
    "desk:teams_conflicts": Path_(any_of(SUPERVISE)),
    "desk:teams_conflict_act": Path_(any_of(SUPERVISE, row=SUPERVISE), POST, deciding.of_conflict),
    "desk:teams_review": Path_(any_of(SUPERVISE)),
    "desk:teams_review_act": Path_(any_of(SUPERVISE, row=SUPERVISE), POST, deciding.of_operation),
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
    # Telephones of the teams
    "desk:devices": Path_(any_of(MANAGE)),
    "desk:device_code": Path_(any_of(MANAGE), POST),
    "desk:device": Path_(any_of(MANAGE, row=MANAGE), args=phones.of_device),
    "desk:my_phones": Path_(any_of(FIELD)),
    "desk:hand_in": Path_(any_of(MANAGE, FIELD, HELP)),
    # The field app: its shell is public, its wire knows telephones alone
    "field:door": Path_(public, READ),
    "field:shell": Path_(public, READ, phones.of_language),
    "field:worker": Path_(public, READ),
    "field:file": Path_(public, READ, lambda house: {"name": "app.js"}),
    "field:words": Path_(public, READ, phones.of_language),
    "field:manifest": Path_(public, READ, phones.of_language),
    "field:trust": Path_(public, READ),
    "field:trust_file": Path_(closed, READ),
    "field:enrol": Path_(public, POST),
    "field:beat": Path_(telephone, POST),
    "field:wiped": Path_(telephone, POST),
    "field:ops": Path_(telephone, POST),
    "field:sealed": Path_(telephone, POST),
    "field:lookup": Path_(telephone, POST),
    "field:blob": Path_(telephone, READ, lambda house: {"sha256": "0" * 64}),
    "field:pack": Path_(telephone, READ),
    "field:forms": Path_(telephone, READ),
    "field:api": Path_(closed),
    "field:unknown": Path_(closed, args=lambda house: {"rest": "nothing"}),
    # Panel, reports, gatherings, badges and slips
    "desk:teams_panel": Path_(any_of(SUPERVISE, LEAD)),
    "desk:teams_panel_rows": Path_(any_of(SUPERVISE, LEAD), args=lambda house: {"figure": "visits"}),
    "desk:teams_panel_operations": Path_(any_of(SUPERVISE, LEAD), args=lambda house: {"what": "held"}),
    "desk:teams_revisit": Path_(any_of(SUPERVISE), POST),
    "desk:teams_reports": Path_(any_of(SUPERVISE, LEAD)),
    "desk:teams_report_compose": Path_(any_of(SUPERVISE, LEAD), POST),
    "desk:teams_report": Path_(any_of(SUPERVISE, LEAD, also=gatherings.here), args=gatherings.of_report),
    "desk:teams_report_document": Path_(
        any_of(SUPERVISE, LEAD, also=gatherings.here), args=gatherings.of_report
    ),
    "desk:teams_report_act": Path_(any_of(SUPERVISE, LEAD, also=gatherings.here), POST, gatherings.of_verb),
    "desk:teams_paper": Path_(any_of(LEAD, MANAGE, SUPERVISE, row=MANAGE), args=gatherings.of_paper),
    "desk:gatherings": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:teams_gathering_new": Path_(any_of(LEAD, MANAGE, SUPERVISE)),
    "desk:teams_trainings": Path_(any_of(MANAGE, SUPERVISE)),
    "desk:teams_gathering": Path_(
        any_of(LEAD, MANAGE, SUPERVISE, also=gatherings.here), args=gatherings.of_workshop
    ),
    "desk:teams_gathering_act": Path_(
        any_of(LEAD, MANAGE, SUPERVISE, also=gatherings.here), POST, gatherings.of_gathering_act
    ),
    "desk:badges": Path_(any_of(MANAGE)),
    "desk:teams_badges_give": Path_(any_of(MANAGE), POST),
    "desk:teams_badge_revoke": Path_(any_of(MANAGE, row=MANAGE), POST, gatherings.of_badge),
    "desk:teams_slips": Path_(any_of(MANAGE)),
    "desk:teams_slips_give": Path_(any_of(MANAGE), POST),
    "desk:teams_slips_print": Path_(any_of(MANAGE, row=MANAGE), POST, gatherings.of_book),
    # Voices
    "desk:teams_voices": Path_(any_of(RECORD, APPROVE)),
    "desk:teams_voice_record": Path_(any_of(RECORD), POST),
    "desk:teams_voice_play": Path_(any_of(RECORD, APPROVE), args=gatherings.of_recording),
    "desk:teams_voice_act": Path_(any_of(APPROVE), POST, gatherings.of_voice_act),
    # What a house asks by a code, and the sounds that everybody hears
    "short:badges": Path_(public),
    "short:badge": Path_(public, args=gatherings.of_badge_code),
    "short:receipts": Path_(public),
    "short:receipt": Path_(closed, args=lambda house: {"code": "0000-0000"}),
    "short:gatherings": Path_(public),
    "short:gathering": Path_(public, args=gatherings.of_wall),
    "short:voice": Path_(public, READ, gatherings.of_voice),
}
