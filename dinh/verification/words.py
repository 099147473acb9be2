"""What a reason means and what to do about it, in words; titles and advice of findings."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store

Words = str | Promise

# What a register asks of its rows beyond the person: judged while the answer is loaded (`criteria`).
FIELD_MISSING, FIELD_UNREADABLE, NOT_CONFIRMED = "field_missing", "field_unreadable", "not_confirmed"

SAME_PERSON = _(
    "Take over what the population says, if the number and the rest of the row are this person’s."
)
SEE_PAPER = _("Look at the paper that the row was written from, then correct the row or the population.")
ASK_OWNER = _("Ask the person or the office that keeps the row, and fill it in.")
WRITE_ANEW = _("Take over the way the population writes it.")
FIND = _("Search the population by name and birth; if nobody fits, ask the office that keeps the row.")
CHOOSE = _("Compare both persons with the row and choose the one who is meant, or neither.")

REASONS: dict[str, tuple[Words, Words]] = {
    "not_found": (_("Nobody in the population fits this row"), FIND),
    "uncertain": (_("Somebody fits, but not surely enough"), CHOOSE),
    "number_of_another": (_("The number is somebody else’s"), CHOOSE),
    "number_unknown": (_("Nobody has this number"), SAME_PERSON),
    "number_slip": (_("One digit of the number is wrong"), SAME_PERSON),
    "number_cut": (_("A digit of the number is missing"), SAME_PERSON),
    "old_number_differs": (_("The old card number differs"), SAME_PERSON),
    "name_marks_lost": (_("The name has lost its marks"), SAME_PERSON),
    "name_marks_differ": (_("The name has other marks"), SAME_PERSON),
    "name_order": (_("The words of the name stand in another order"), SAME_PERSON),
    "name_shortened": (_("The name is shortened"), SAME_PERSON),
    "name_slip": (_("The name has a slip of the pen"), SAME_PERSON),
    "name_differs": (_("The name is another"), SEE_PAPER),
    "birth_differs": (_("The date of birth differs"), SEE_PAPER),
    "birth_swapped": (_("Day and month of birth are swapped"), SAME_PERSON),
    "birth_first_day": (_("1 January stands for an unknown day of birth"), SAME_PERSON),
    "sex_differs": (_("The sex differs"), SEE_PAPER),
    "line_differs": (_("The village or the street differs"), SAME_PERSON),
    "number_missing": (_("The number is missing"), ASK_OWNER),
    "name_missing": (_("The name is missing"), ASK_OWNER),
    "birth_missing": (_("The date of birth is missing"), ASK_OWNER),
    "birth_partial": (_("Only the year or month of birth is there"), ASK_OWNER),
    "sex_missing": (_("The sex is missing"), ASK_OWNER),
    "birth_place_missing": (_("The place of birth is missing"), ASK_OWNER),
    "place_missing": (_("The address is missing"), ASK_OWNER),
    "line_missing": (_("The address names no village or street"), ASK_OWNER),
    "name_not_composed": (_("The letters of the name are taken apart (Unicode)"), WRITE_ANEW),
    "name_old_encoding": (_("The name is in an old encoding (TCVN3, VNI)"), WRITE_ANEW),
    "name_spaces": (_("The name has spaces too many"), WRITE_ANEW),
    "name_capitals": (_("The name is in capitals, or in small letters"), WRITE_ANEW),
    "number_zero_lost": (_("The number has lost the zero at its beginning"), WRITE_ANEW),
    "number_separated": (_("The number has spaces or points in it"), WRITE_ANEW),
    "number_old_in_field": (_("An old card number stands in the place of the number"), SAME_PERSON),
    "number_unreadable": (_("The number cannot be read"), SAME_PERSON),
    "old_number_form": (_("The old card number does not have nine digits"), WRITE_ANEW),
    "birth_form": (_("The date of birth is written in another way"), WRITE_ANEW),
    "birth_unreadable": (_("The date of birth cannot be read"), SAME_PERSON),
    "sex_form": (_("The sex is written in another way"), WRITE_ANEW),
    "old_unit": (_("The address names a unit of before the reform"), WRITE_ANEW),
    "duplicate": (_("The person stands in the register already"), _("Keep the right row, close the other.")),
    "dead": (_("The person is recorded as dead"), _("Compare with the register of deaths, then close the row.")),
    "moved": (_("The person lives in another commune now"), _("Take over the address, or hand the row over.")),
    "birth_place_differs": (_("The place of birth differs"), SEE_PAPER),
    "candidates_close": (_("Two persons fit almost equally"), CHOOSE),
    "block_capped": (
        _("So many people fit that not all were compared"),
        _("Add a number, a day of birth or an address to the row; it is then compared again."),
    ),
    FIELD_MISSING: (_("A complete row says more than this one"), ASK_OWNER),
    FIELD_UNREADABLE: (_("A value could not be read and stands as it was written"), SEE_PAPER),
    NOT_CONFIRMED: (
        _("Nobody has confirmed the row for too long"),
        _("Bring in a new file of the office, or confirm the row."),
    ),
}  # fmt: skip
CONTESTED = (
    _("The person says that this is wrong"),
    _("Ask for the paper that shows it, then correct the row or keep it and say why."),
)
STAGES: dict[str, Words] = {
    "records": _("the register’s records are written out"),
    "people": _("the population is written out"),
    "open": _("the files are opened"),
    "population": _("the population is read"),
    "register": _("the rows are read"),
    "changes": _("what changed is looked for"),
    "numbers": _("numbers are looked up"),
    "learn": _("the weights are learnt"),
    "candidates": _("candidates are looked for"),
    "rank": _("candidates are compared"),
    "judge": _("the rows are judged"),
    "write": _("the answer is written"),
    "load": _("the answer is loaded"),
    "contradictions": _("contradictions are looked for"),
}


@dataclass(frozen=True)
class Said:
    """A reason or a kind of contradiction in words."""

    title: str
    advice: str


def say(code: str, register: str = "") -> Said:
    """Return what a reason, a declared contradiction of the register, or a contested field is called."""
    declared = store.get().registers.get(register)
    for one in declared.contradictions if declared else ():
        if one.id == code:
            return Said(str(one.title), str(one.advice))
    title, advice = REASONS.get(code, CONTESTED)
    return Said(str(title), str(advice))


def called(code: str) -> str:
    """Return what a reason is called, or a contradiction that some register declares."""
    declaring = (register.id for register in store.get().registers.values() if code not in REASONS)
    titles = (say(code, register).title for register in declaring if _declares(register, code))
    return next(titles, say(code).title)


def _declares(register: str, code: str) -> bool:
    return any(one.id == code for one in store.get().registers[register].contradictions)


def stage(name: str) -> str:
    """Return what a verification is doing now."""
    return str(STAGES.get(name, name))
