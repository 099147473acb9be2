"""Writes of verification: a run is asked for, findings are decided, taken back, given to somebody, contested.

A decision amends the record (`registers.actions`, provenance "correction") and asks for one verification of what
changed, a few seconds later. Every write has its entry in the journal.
"""

from dinh.verification.actions.contesting import contest
from dinh.verification.actions.deciding import Decided, assign, correct_all, decide
from dinh.verification.actions.submitting import submit, verify_again
from dinh.verification.actions.undoing import undo
from dinh.verification.answers import import_corrections

__all__ = [
    "Decided",
    "assign",
    "contest",
    "correct_all",
    "decide",
    "import_corrections",
    "submit",
    "undo",
    "verify_again",
]
