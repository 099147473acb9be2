"""What an officer may do to a dossier, verb by verb: its words, its key, its form, its place.

`dossiers.rules.life` says what may follow, `directory.policy` who has the right; this table only says how
the desk offers it. The main act of a step always stands first and has the key "n".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.directory.models import Account
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.web.desk.forms import acts

Text = str | Promise
Run = Callable[..., object]


@dataclass(frozen=True)
class Doing:
    """One verb as the desk offers it.

    permissions  alternatives; asked over the dossier's unit and procedure before it is offered
    main         it moves the dossier to its next step: always first, always key "n"
    danger       it ends or refuses something: asked in red, never first
    rare         done now and then: folded away with others like it
    said         told after it was done
    """

    verb: str
    permissions: tuple[str, ...]
    label: Text
    said: Text
    run: Run
    form: type[forms.Form] = acts.Take
    key: str = ""
    main: bool = False
    danger: bool = False
    rare: bool = False
    explain: Text = ""

    @property
    def plain(self) -> bool:
        """Whether one press is enough: nothing has to be written first."""
        return self.form in {acts.Take, acts.Receive, acts.Note, acts.Examine}


def _receive(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.receive(dossier=dossier, by=by, at=at, on_site=data["on_site"], version=data["version"])


def _examine(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    corrections = data.get("corrections", {})
    return actions.examine(
        dossier=dossier, note=data["note"], by=by, at=at, corrections=corrections, proposal=data["proposal"],
        amends=data.get("amends", ()), on_site=data["on_site"], version=data["version"],
    )  # fmt: skip


def _approve(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.approve(
        dossier=dossier, by=by, at=at, note=data["note"], on_site=data["on_site"], version=data["version"]
    )


def _return(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.return_result(
        dossier=dossier,
        collector_name=data["collector_name"],
        relation=data["relation"],
        checked=data["checked"],
        by=by,
        at=at,
        version=data["version"],
    )


def _supplement(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.request_supplement(
        dossier=dossier, items=data["items"], reason=data["reason"], by=by, at=at, version=data["version"]
    )


def _ask_payment(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.ask_payment(
        dossier=dossier,
        what=data["what"],
        amount_vnd=data["amount_vnd"],
        by=by,
        at=at,
        version=data["version"],
    )


def _confirm_payment(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
    return actions.confirm_payment(
        dossier=dossier, proof=data["proof"], by=by, at=at, version=data["version"]
    )


def _with_reason(action: Run) -> Run:
    def run(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
        return action(dossier=dossier, reason=data["reason"], by=by, at=at, version=data["version"])

    return run


def _plainly(action: Run) -> Run:
    def run(dossier: Dossier, data: dict[str, Any], by: Account, at: datetime) -> object:
        return action(dossier=dossier, by=by, at=at, version=data["version"])

    return run


DOINGS: dict[str, Doing] = {
    doing.verb: doing
    for doing in (
        Doing(
            "receive", ("dossiers.receive",), _("Receive"),
            _("Received. The due date is fixed and the receipt is being prepared."),
            _receive, acts.Receive, "n", main=True,
            explain=_("The clock starts now, and the citizen gets a receipt with the day of return."),
        ),
        Doing(
            "examine", ("dossiers.examine",), _("Examined, pass it on"),
            _("Examined. It now waits for a decision."),
            _examine, acts.Examine, "n", main=True,
            explain=_("You have compared the answers with the papers and the registers."),
        ),
        Doing(
            "approve", ("dossiers.approve",), _("Approve and sign"),
            _("Approved. The signed paper is being made."),
            _approve, acts.Note, "n", main=True,
            explain=_("The decision is entered in the register and the paper is signed in your name."),
        ),
        Doing(
            "return_result", ("dossiers.return",), _("Hand over the result"),
            _("The result was handed over. Thank you."),
            _return, acts.Collect, "n", main=True,
            explain=_("Check who stands in front of you before you hand it over."),
        ),
        Doing(
            "request_supplement", ("dossiers.receive", "dossiers.examine"), _("Ask for a supplement"),
            _("The citizen is asked for the supplement. The clock stands still."),
            _supplement, acts.Supplement, "s",
            explain=_("List everything at once: a second request counts the dossier as late."),
        ),
        Doing(
            "extend", ("dossiers.examine",), _("Verification needed: longer limit"),
            _("The longer limit of the law holds. The citizen is told why, and the new due date."),
            _with_reason(actions.extend), acts.Reason, rare=True,
            explain=_("Once, while the limit runs: say what has to be verified, and with whom."),
        ),
        Doing(
            "ask_payment", ("dossiers.examine",), _("Ask for a payment owed elsewhere"),
            _("The citizen is told what is owed. The clock stands still."),
            _ask_payment, acts.Payment, rare=True,
            explain=_("For a tax or another obligation that must be settled before the decision."),
        ),
        Doing(
            "confirm_payment", ("dossiers.receive", "dossiers.examine"), _("Payment seen, go on"),
            _("The payment is noted. The clock runs again."),
            _confirm_payment, acts.Proof, "n", main=True,
            explain=_("The citizen shows that the obligation is settled."),
        ),
        Doing(
            "send_back", ("dossiers.approve",), _("Send back to examination"),
            _("Sent back to examination with your reason."),
            _with_reason(actions.send_back), acts.Reason, "b",
        ),
        Doing(
            "refuse", ("dossiers.receive",), _("Do not accept"),
            _("Not accepted. The citizen is told why."),
            _with_reason(actions.refuse), acts.Reason, "r", danger=True,
            explain=_("Only when this request cannot be dealt with here. A missing paper is a supplement."),
        ),
        Doing(
            "reject", ("dossiers.approve",), _("Refuse the request"),
            _("The request was refused. The citizen is told why."),
            _with_reason(actions.reject), acts.Reason, "r", danger=True,
        ),
        Doing(
            "withdraw", ("dossiers.receive",), _("Withdraw at the citizen's wish"),
            _("Withdrawn at the citizen's wish."),
            _with_reason(actions.withdraw), acts.Reason, "", danger=True, rare=True,
            explain=_("The citizen asked for it here at the counter. The request ends without a decision."),
        ),
        Doing(
            "take", ("dossiers.receive", "dossiers.examine", "dossiers.approve", "dossiers.return"),
            pgettext_lazy("a dossier", "Hold it for me"), _("You hold this dossier now."),
            _plainly(actions.take), acts.Take, "t",
        ),
        Doing(
            "release", ("dossiers.receive", "dossiers.examine", "dossiers.approve", "dossiers.return"),
            pgettext_lazy("a dossier", "Let it go"), _("The dossier is free for a colleague."),
            _plainly(actions.release), acts.Take, "t",
        ),
    )
}  # fmt: skip
