"""Why an operation was not simply applied: each code with a sentence for the volunteer and what they do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import Broken, Fault, Invalid, Refused

EDIT = "edit"  # mend it and send it again, as a new operation that names this one in `replaces`
ASK_LEADER = "ask_leader"
NOTHING = "nothing"
WAIT = "wait"


@dataclass(frozen=True)
class Reason:
    """A code: what is said, with %(name)s for what the answer holds, and the next act."""

    sentence: Any  # lazily translated
    act: str


REASONS: Mapping[str, Reason] = {
    "out_of_scope": Reason(
        _("This house was not in your villages on that day. Your work is kept; the commune decides about it."),
        ASK_LEADER,
    ),
    "form_expired": Reason(
        _("This form was replaced more than 90 days ago. Fetch the new forms and fill it in again."), EDIT
    ),
    "form_unknown": Reason(_("The commune does not know this form. Fetch the new forms and fill it in again."), EDIT),
    "entity_unknown": Reason(
        _("The commune does not have this house, person or task. Fetch the lists again and choose it anew."), EDIT
    ),
    "digest_clash": Reason(
        _("The commune has other work under this number. Show your phone to your team leader."), ASK_LEADER
    ),
    "value_invalid": Reason(_("Some of what was filled in cannot be kept. Correct what is marked."), EDIT),
    "clock_far": Reason(
        _("Kept. The clock of your phone was far from the right time: set date and time to automatic."), NOTHING
    ),
    "consent_missing": Reason(
        _("The consent of the person is missing. Ask them, record how they gave it, and send again."), EDIT
    ),
    "secret_field": Reason(
        _("A citizen number or a password was written in a note. Take it out and send again."), EDIT
    ),
    "device_revoked": Reason(
        _("This phone was taken off the list. Your work is kept; the commune decides about it."), ASK_LEADER
    ),
    "waiting_predecessor": Reason(
        _("Received. It waits for earlier work of this phone about the same house, at most three days."), WAIT
    ),
    "not_complete": Reason(_("The request is not complete. Correct what is marked and send again."), EDIT),
    "not_eligible": Reason(_("A condition of this procedure is not met: read the reason to the person."), NOTHING),
    "signature_wrong": Reason(
        _("The commune could not verify that this comes from your phone. Show it to your team leader."), ASK_LEADER
    ),
    "sealed_wrong": Reason(
        _("The commune could not open this. Your work is still on the phone: show it to your team leader."), ASK_LEADER
    ),
    "task_unknown": Reason(_("The commune does not have this task any more. You need do nothing."), NOTHING),
    "already_done": Reason(_("This was done before. You need do nothing."), NOTHING),
    "identity_differs": Reason(
        _("Kept. A name, a birth date, a sex or a household differs from the register: the commune decides."), NOTHING
    ),
    "newcomer": Reason(_("Kept. The commune looks whether this person is already known, then adds them."), NOTHING),
    "actor_other": Reason(
        _("This was done under another name than the one this phone belongs to. The commune decides about it."), ASK_LEADER
    ),
    "only_climbs": Reason(
        _("This can only go up. If it is truly less than before, choose “Correct it” and write why."), EDIT
    ),
    "not_permitted": Reason(
        _("You may not do this for that person. Ask your team leader who may."), ASK_LEADER
    ),
    "consent_withdrawn": Reason(
        _("Kept. The office has the request already: it asks the person what is to become of it."), NOTHING
    ),
    "file_missing": Reason(
        _("Received. A photo or a drawing that belongs to it is still on its way; the app sends it."), WAIT
    ),
    "node_fault": Reason(
        _("The commune's computer could not deal with this. Your work is kept; somebody looks at it."), NOTHING
    ),
    "desk_refused": Reason(_("The commune did not accept this: %(reason)s"), NOTHING),
    "desk_accepted": Reason(_("The commune looked at this and accepted it."), NOTHING),
}  # fmt: skip

# States that somebody at the desk settles one by one; `identity_differs` is settled field by field as a Conflict.
QUEUE_CODES = (
    "out_of_scope", "device_revoked", "newcomer", "actor_other", "digest_clash", "consent_withdrawn", "node_fault",
)  # fmt: skip


class Unacceptable(Invalid):
    """An operation that is refused with one of the codes above; `faults` name the fields when there are any."""

    def __init__(self, code: str, faults: Sequence[Fault] = (), **answer: object) -> None:
        if code not in REASONS:
            raise Broken("outreach.reason_unknown", reason=code)
        super().__init__(code, faults, REASONS[code].sentence)
        self.answer = answer  # JSON values beside the faults: the reasons of the law, the new id


def sentence(code: str, answer: Mapping[str, Any] | None = None) -> str:
    """Return what is said for a code in the language in force; "" for none."""
    reason = REASONS.get(code)
    if reason is None:
        return ""
    text = str(reason.sentence)
    return text % {"reason": (answer or {}).get("reason", "")} if "%(" in text else text


def act(code: str) -> dict[str, Any]:
    """Return the next act for a code: {"kind": ...}."""
    reason = REASONS.get(code)
    return {"kind": reason.act if reason is not None else NOTHING}


def code_of(refused: Refused) -> str:
    """Return the bare code of a refusal: that of `Unacceptable`, or "not_permitted" and the like of others."""
    if refused.code in REASONS:
        return refused.code
    return {403: "not_permitted", 404: "entity_unknown"}.get(refused.status, "value_invalid")
