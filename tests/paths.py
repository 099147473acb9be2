"""The table of `test_authorisation`: who may ask for what, path by path.

A new path has no row here, and the test fails until somebody has said who may use it; the rules are those of
`tests.rights`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dinh.directory.models import UnitChange
from tests.house import REGISTER, House
from tests.paths_ask import ASK_PATHS
from tests.paths_board import BOARD_PATHS
from tests.paths_outreach import OUTREACH_PATHS
from tests.rights import (
    Path_,
    any_of,
    citizen,
    closed,
    helper,
    opens_scans,
    own_or_staff,
    owner,
    public,
    readers_of,
    reads_book,
    shown_once,
    signed_in,
    staff,
    turns_scans,
)

READ, POST = "GET HEAD", "POST"
ACTS = ("dossiers.receive", "dossiers.examine", "dossiers.approve", "dossiers.return")
HELPS = ("drafts.help", "dossiers.receive")
ACCOUNTS, PLACES = "directory.manage_accounts", "directory.manage_places"
ADMINISTRATION = (ACCOUNTS, PLACES, "journal.read")


def _number(house: House) -> dict[str, Any]:
    return {"number": house.here.waiting.number}


def _decided(house: House) -> dict[str, Any]:
    return {"number": house.here.decided.number}


def _draft(house: House) -> dict[str, Any]:
    return {"draft_code": house.here.draft.code}


def _helped(house: House) -> dict[str, Any]:
    return {"code": house.here.helped.code}


def _person(house: House) -> dict[str, Any]:
    return {"person": house.here.person.pk}


def _account(house: House) -> dict[str, Any]:
    return {"account": house.here.staff["clerk"].pk}


def _change(house: House) -> dict[str, Any]:
    """A draft about the commune of here, with a proof as an applied one has it."""
    code = house.here.unit.versions.get(valid_to=None).code
    decision = {
        "kind": "rename", "title": "Đổi tên", "decree": "1/NQ", "effective_on": "2026-12-01",
        "changes": [{"unit": code, "name": "Mây Xanh"}],
    }  # fmt: skip
    columns = {"kind": "rename", "title": "Đổi tên", "decree": "1/NQ", "effective_on": "2026-12-01"}
    more = {"state": UnitChange.State.DRAFT, "decision": decision, "proof": {"lines": []}}
    made, _new = UnitChange.objects.get_or_create(made_by=house.here.unit.pk, defaults={**columns, **more})
    return {"change": made.pk}


def _finding(house: House) -> dict[str, Any]:
    return {"finding": house.here.finding.pk}


def _run(house: House) -> dict[str, Any]:
    return {"submission": house.here.run.pk}


def _dossier(*door: str) -> Path_:
    return Path_(any_of(*door, row="dossiers.read"), args=_number)


def _with(path: Path_, **more: Any) -> Path_:
    return Path_(**{**vars(path), **more})


def _scan(part: str) -> Callable[[House], Mapping[str, Any]]:
    return lambda house: {part: getattr(house.here.scans, part).pk}


_HELPED = Path_(any_of("drafts.help", also=helper), args=_helped)
_MANAGED = Path_(any_of(ACCOUNTS, row=ACCOUNTS), POST, args=_account)
_BOOK = Path_(public, args=lambda house: {"register": REGISTER})
_RECORD = Path_(
    any_of("registers.write", row="registers.write", also=reads_book),
    args=lambda house: {"record": house.here.record.pk},
)
_IMPORTED = Path_(
    any_of("registers.import", row="registers.import", also=reads_book),
    args=lambda house: {"register": REGISTER, "source": house.here.record.pk},
)
_SCANS = Path_(any_of("registers.import", row="registers.import"), args=_scan("book"))
_KEYS = Path_(any_of("registers.write", row="registers.write", also=reads_book), args=_scan("page"))
_OWN = Path_(owner, args=_number)
_OWN_DRAFT = Path_(owner, args=_draft)

PATHS: dict[str, Path_] = {
    **OUTREACH_PATHS,
    **ASK_PATHS,
    **BOARD_PATHS,
    "root": Path_(public),
    "healthz": Path_(public, READ),
    "metrics": Path_(public, READ),  # this machine alone: see dinh/config/tests/test_views.py
    "check:check": Path_(public),
    "check:paper": Path_(public, args=lambda house: {"code": house.here.paper.check_code}),
    # The API
    "api:api/openapi.json": Path_(public),
    "api:api/": Path_(closed),
    "api:api/procedures": Path_(public, "GET"),
    "api:api/procedures/<procedure>": Path_(public, "GET", args=lambda house: {"procedure": "certified_copy"}),
    "api:api/dossiers": Path_(any_of("dossiers.read"), "GET"),
    "api:api/dossiers/<key>": Path_(
        own_or_staff("dossiers.read"), "GET", args=lambda house: {"key": str(house.here.waiting.pk)}
    ),
    "api:api/drafts/<code>/file": Path_(
        owner, POST, args=lambda house: {"code": house.here.draft.code}, headers={"idempotency-key": "12345678"}
    ),
    "api:api/verification/registers": Path_(any_of("registers.read"), "GET"),
    "api:api/verification/registers/<register_id>": Path_(
        any_of("registers.read", also=reads_book), "GET", args=lambda house: {"register_id": REGISTER}
    ),
    "api:api/verification/registers/<register_id>/submissions": Path_(
        any_of("verification.start", also=reads_book), POST, args=lambda house: {"register_id": REGISTER}
    ),
    "api:api/verification/registers/<register_id>/files": Path_(
        any_of("verification.start", also=reads_book), POST, args=lambda house: {"register_id": REGISTER}
    ),
    "api:api/verification/registers/<register_id>/corrections": Path_(
        any_of("registers.export", also=reads_book), "GET", args=lambda house: {"register_id": REGISTER}
    ),
    "api:api/verification/submissions/<submission>": Path_(
        any_of("registers.read", row="registers.read", also=reads_book), "GET", args=_run
    ),
    "api:api/verification/submissions/<submission>/answer": Path_(
        any_of("registers.export", "verification.start", row="registers.read", also=reads_book), "GET", args=_run
    ),
    "api:api/verification/findings": Path_(any_of("registers.read"), "GET"),
    # Signing in
    "account_login": Path_(public),
    "account_logout": Path_(public),
    "account_inactive": Path_(public, READ),
    "account_signup": Path_(closed),
    "account_email": Path_(closed),
    "account_email_verification_sent": Path_(closed),
    "account_set_password": Path_(closed),
    "account_confirm_login_code": Path_(closed),
    "account_confirm_email": Path_(closed, args=lambda house: {"key": "k"}),
    "account_reset_password": Path_(closed),  # no mail server in this house
    "account_reset_password_done": Path_(closed),
    "account_reset_password_from_key": Path_(closed, args=lambda house: {"uidb36": "1", "key": "k"}),
    "account_reset_password_from_key_done": Path_(closed),
    "account_change_password": Path_(staff),
    "account_reauthenticate": Path_(signed_in),
    "mfa_index": Path_(staff, READ),
    "mfa_authenticate": Path_(signed_in),  # in mid sign-in only; others are led away
    "mfa_reauthenticate": Path_(staff),
    "mfa_activate_totp": Path_(staff),
    "mfa_deactivate_totp": Path_(staff),
    "mfa_view_recovery_codes": Path_(shown_once, READ),
    "mfa_generate_recovery_codes": Path_(staff),
    "mfa_download_recovery_codes": Path_(shown_once),
    "usersessions_list": Path_(signed_in),
    # The portal
    "portal:home": Path_(public),
    "portal:find": Path_(public),
    "portal:procedure": Path_(public, args=lambda house: {"procedure_id": "certified_copy"}),
    "portal:complain": Path_(public),
    "portal:helping": Path_(public),
    "portal:real_or_simulated": Path_(public),
    "portal:privacy": Path_(public),
    "portal:offline": Path_(public),
    "portal:sign_in": Path_(public),
    "portal:begin": Path_(citizen, args=lambda house: {"procedure_id": "certified_copy"}),
    "portal:draft": _OWN_DRAFT,
    "portal:discard": _OWN_DRAFT,
    "portal:page": _with(_OWN_DRAFT, args=lambda house: {"draft_code": house.here.draft.code, "page_id": "copies"}),
    "portal:papers": _OWN_DRAFT,
    "portal:check_answers": _OWN_DRAFT,
    "portal:my_dossiers": Path_(citizen),
    "portal:export": Path_(citizen, args=lambda house: {"kind": "csv"}),
    "portal:messages": Path_(citizen),
    "portal:my_data": Path_(citizen),
    "portal:my_records": Path_(citizen),
    "portal:wrong": Path_(owner, args=lambda house: {"record_id": house.here.record.pk}),
    "portal:filed": _OWN,
    "portal:dossier": _with(_OWN, methods=READ),
    "portal:receipt": Path_(owner, READ, args=_decided),
    "portal:paper": Path_(
        owner, READ, args=lambda house: {**_decided(house), "code": house.here.paper.check_code}
    ),
    "portal:attachment": Path_(
        owner, READ, args=lambda house: {**_number(house), "attachment_id": house.here.attachment.pk}
    ),
    "portal:supplement": _OWN,
    "portal:withdraw": _OWN,
    "portal:rate": _OWN,
    # The desk
    "desk:home": Path_(staff),
    "desk:keys": Path_(staff),
    "desk:notices": Path_(staff),
    "desk:export": Path_(any_of("dossiers.export"), args=lambda house: {"form": "csv"}),
    "desk:filter_save": Path_(any_of("dossiers.read"), POST),
    "desk:filter_delete": Path_(any_of("dossiers.read"), POST, args=lambda house: {"filter_id": house.here.filter.pk}),
    "desk:take_next": Path_(any_of(*ACTS), POST),
    "desk:dossier": _dossier("dossiers.read"),
    "desk:act": _with(
        _dossier("dossiers.read"), args=lambda house: {**_number(house), "verb": "take"}
    ),
    "desk:correct": _dossier("dossiers.examine"),
    "desk:complete": _dossier("dossiers.receive", "dossiers.examine", "drafts.help"),
    "desk:apology": _dossier(*ACTS),
    "desk:looked": _dossier("dossiers.read"),
    "desk:slip": _with(_dossier("dossiers.read"), args=_decided),
    "desk:attachment": _with(
        _dossier("dossiers.read"), args=lambda house: {**_number(house), "attachment": house.here.attachment.pk}
    ),
    "desk:paper": _with(_dossier("dossiers.read"), args=lambda house: {**_decided(house), "paper": house.here.paper.pk}),
    "desk:paper_back": _with(
        _dossier("papers.revoke"), args=lambda house: {**_decided(house), "paper": house.here.paper.pk}
    ),
    "desk:counter": Path_(any_of(*HELPS)),
    "desk:counter_open": Path_(any_of("drafts.help"), POST),
    "desk:counter_scan": Path_(any_of(*HELPS), POST),
    "desk:counter_begin": Path_(any_of("drafts.help"), POST),
    "desk:draft": _HELPED,
    "desk:draft_check": _HELPED,
    "desk:draft_attach": _with(_HELPED, methods=POST),
    "desk:draft_detach": _with(
        _HELPED, methods=POST, args=lambda house: {**_helped(house), "attachment": house.here.helped_file.pk}
    ),
    "desk:draft_discard": _with(_HELPED, methods=POST),
    "desk:draft_page": _with(_HELPED, args=lambda house: {**_helped(house), "page_id": "paper"}),
    "desk:people": Path_(any_of("population.read")),
    "desk:person": Path_(any_of("population.read", row="population.read"), args=_person),
    "desk:person_looked": Path_(any_of("population.read", row="population.read"), args=_person),
    "desk:household": Path_(
        any_of("population.read", row="population.read"), args=lambda house: {"household": house.here.household.pk}
    ),
    "desk:import": Path_(any_of("population.import")),
    "desk:import_plan": Path_(
        any_of("population.import", row="population.import"), args=lambda house: {"plan": house.here.plan.pk}
    ),
    "desk:registers": Path_(any_of("registers.read")),
    "desk:register": Path_(any_of("registers.read", also=reads_book), args=lambda house: {"register": REGISTER}),
    "desk:record": Path_(
        any_of("registers.read", row="registers.read", also=reads_book),
        args=lambda house: {"record": house.here.record.pk},
    ),
    "desk:record_new": _with(_BOOK, rule=any_of("registers.write", also=reads_book)),
    "desk:record_correct": _RECORD,
    "desk:record_close": _RECORD,
    "desk:record_reopen": _RECORD,
    "desk:record_take_back": _with(_RECORD, methods=POST),
    "desk:register_map": Path_(
        any_of("registers.read", also=lambda actor: actor.role in readers_of("land_parcels")),
        args=lambda house: {"register": "land_parcels"},
    ),
    "desk:register_imports": _with(_BOOK, rule=any_of("registers.import", also=reads_book)),
    "desk:register_import": _IMPORTED,
    "desk:register_import_report": _with(
        _IMPORTED, args=lambda house: {"register": REGISTER, "source": house.here.record.pk, "form": "csv"}
    ),
    "desk:verification": _with(_BOOK, rule=any_of("registers.read", also=reads_book)),
    "desk:verification_start": _with(_BOOK, rule=any_of("verification.start", also=reads_book), methods=POST),
    "desk:verification_file": _with(_BOOK, rule=any_of("verification.start", also=reads_book), methods=POST),
    "desk:verification_run": Path_(any_of("registers.read", row="registers.read", also=reads_book), args=_run),
    "desk:verification_answer": Path_(
        any_of("registers.export", "verification.start", row="registers.read", also=reads_book),
        args=lambda house: {**_run(house), "form": "parquet"},
    ),
    "desk:corrections": _with(_BOOK, rule=any_of("registers.export", "verification.decide", also=reads_book)),
    "desk:corrections_file": Path_(
        any_of("registers.export", also=reads_book), args=lambda house: {"register": REGISTER, "form": "csv"}
    ),
    "desk:findings": Path_(any_of("registers.read")),
    "desk:findings_bulk": Path_(any_of("verification.decide")),
    "desk:findings_assign": Path_(any_of("verification.decide"), POST),
    "desk:findings_undo": Path_(any_of("verification.decide"), POST),
    "desk:finding": Path_(any_of("registers.read", row="registers.read", also=reads_book), args=_finding),
    "desk:finding_decide": Path_(
        any_of("verification.decide", row="verification.decide", also=reads_book), POST, args=_finding
    ),
    "desk:finding_undo": Path_(
        any_of("verification.decide", row="verification.decide", also=reads_book), POST, args=_finding
    ),
    "desk:scans": Path_(any_of("registers.write", "registers.import")),
    "desk:scan_new": Path_(any_of("registers.import")),
    "desk:scan_next": Path_(any_of("registers.write"), POST),
    "desk:scan_book": _with(_SCANS, rule=any_of("registers.write", "registers.import", also=opens_scans)),
    "desk:scan_upload": _SCANS,
    "desk:scan_read": _with(_SCANS, methods=POST),
    "desk:scan_move": _with(_SCANS, args=_scan("page")),
    "desk:scan_replace": _with(_SCANS, args=_scan("page")),
    "desk:scan_turn": _with(_KEYS, rule=any_of("registers.write", "registers.import", also=turns_scans), methods=POST),
    "desk:scan_page": _with(_KEYS, rule=any_of("registers.read", row="registers.read", also=reads_book)),
    "desk:scan_picture": _with(_KEYS, rule=any_of("registers.read", row="registers.read", also=reads_book)),
    "desk:scan_key": _KEYS,
    "desk:scan_entry": _with(_KEYS, args=_scan("entry")),
    "desk:scan_drop": _with(_KEYS, args=_scan("entry")),
    "desk:chair": Path_(any_of("dossiers.approve")),
    "desk:chair_approve": Path_(any_of("dossiers.approve"), POST),
    "desk:figures": Path_(any_of("figures.read")),
    "desk:figure_rows": Path_(any_of("figures.read"), args=lambda house: {"figure": "e_authenticated"}),
    # Administration
    "desk:administration": Path_(any_of(*ADMINISTRATION)),
    "desk:places": Path_(any_of(PLACES, "catalogue.read")),
    "desk:place": Path_(any_of(PLACES, "catalogue.read"), args=lambda house: {"unit": house.here.unit.pk}),
    "desk:places_traits": Path_(any_of(PLACES)),
    "desk:places_traits_workbook": Path_(any_of(PLACES), READ),
    "desk:places_changes": Path_(any_of(PLACES)),
    "desk:places_change_new": Path_(any_of(PLACES)),
    "desk:places_change_parts": Path_(any_of(PLACES)),
    "desk:places_change_workbook": Path_(any_of(PLACES), READ),
    "desk:places_change": Path_(any_of(PLACES, row=PLACES), READ, args=_change),
    "desk:places_change_act": Path_(any_of(PLACES, row=PLACES), POST, args=_change),
    "desk:places_change_proof": Path_(any_of(PLACES, row=PLACES), READ, args=_change),
    "desk:places_change_paper": Path_(any_of(PLACES, row=PLACES), READ, args=_change),
    "desk:accounts": Path_(any_of(ACCOUNTS)),
    "desk:account_new": Path_(any_of(ACCOUNTS)),
    "desk:account": _with(_MANAGED, methods="GET HEAD POST"),
    "desk:account_close": _MANAGED,
    "desk:account_reset": _MANAGED,
    "desk:account_appoint": _MANAGED,
    "desk:account_delegate": _MANAGED,
    "desk:grant_withdraw": _with(_MANAGED, args=lambda house: {"grant": house.here.grant.pk}),
    "desk:delegation_revoke": _with(_MANAGED, args=lambda house: {"delegation": house.here.delegation.pk}),
    "desk:roles": Path_(any_of(ACCOUNTS, "catalogue.read")),
    "desk:catalogue": Path_(any_of("catalogue.read", "dossiers.read")),
    "desk:procedure": Path_(any_of("catalogue.read", "dossiers.read"), args=lambda house: {"procedure": "certified_copy"}),
    "desk:closures": Path_(any_of(PLACES)),
    "desk:closure_reopen": Path_(
        any_of(PLACES, row=PLACES), POST, args=lambda house: {"closure": house.here.closure.pk}
    ),
    "desk:journal": Path_(any_of("journal.read")),
    "desk:journal_registers": Path_(any_of("journal.read")),
    "desk:failures": Path_(any_of("journal.read")),
    "desk:paper_again": Path_(
        any_of("journal.read", row="journal.read"), POST, args=lambda house: {"paper": house.here.failed.pk}
    ),
}  # fmt: skip
