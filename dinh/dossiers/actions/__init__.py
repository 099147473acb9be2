"""Acts on drafts and dossiers: one verb, one function, one entry of the journal."""

from dinh.dossiers.actions.apologies import apologise
from dinh.dossiers.actions.attachments import attach, detach, hand_in, reuse
from dinh.dossiers.actions.citizens import rate, withdraw
from dinh.dossiers.actions.consent import give_consent, keep_proof, open_with_code
from dinh.dossiers.actions.decision import approve, reject, send_back
from dinh.dossiers.actions.drafts import begin_draft, discard, save_page
from dinh.dossiers.actions.examination import examine
from dinh.dossiers.actions.extensions import extend
from dinh.dossiers.actions.filing import NotComplete, NotEligible, file
from dinh.dossiers.actions.obligations import ask_payment, confirm_payment
from dinh.dossiers.actions.reception import receive, refuse, release, take
from dinh.dossiers.actions.returning import return_result
from dinh.dossiers.actions.supplements import request_supplement, supplement
from dinh.dossiers.actions.taking_back import take_back_paper

__all__ = [
    "NotComplete",
    "NotEligible",
    "apologise",
    "approve",
    "ask_payment",
    "attach",
    "begin_draft",
    "confirm_payment",
    "detach",
    "discard",
    "examine",
    "extend",
    "file",
    "give_consent",
    "hand_in",
    "keep_proof",
    "open_with_code",
    "rate",
    "receive",
    "refuse",
    "reject",
    "release",
    "request_supplement",
    "return_result",
    "reuse",
    "save_page",
    "send_back",
    "supplement",
    "take",
    "take_back_paper",
    "withdraw",
]
