"""Acts in the journal in words: what was done to a dossier, a person, a house, a row, a task."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: dict[str, Promise] = {
    "dossiers.filed": gettext_lazy("filed it"),
    "dossiers.received": gettext_lazy("received it"),
    "dossiers.taken": gettext_lazy("took it in hand"),
    "dossiers.released": gettext_lazy("put it back"),
    "dossiers.examined": gettext_lazy("examined it"),
    "dossiers.signed": gettext_lazy("signed it, the next signature is to come"),
    "dossiers.approved": gettext_lazy("approved it"),
    "dossiers.refused": gettext_lazy("did not accept it"),
    "dossiers.rejected": gettext_lazy("refused it"),
    "dossiers.sent_back": gettext_lazy("sent it back to examination"),
    "dossiers.returned": gettext_lazy("handed over the result"),
    "dossiers.withdrawn": gettext_lazy("withdrew it"),
    "dossiers.supplement_requested": gettext_lazy("asked for a supplement"),
    "dossiers.supplemented": gettext_lazy("handed in the supplement"),
    "dossiers.extended": gettext_lazy("made the limit longer, for verification"),
    "dossiers.payment_asked": gettext_lazy("asked for a payment owed elsewhere"),
    "dossiers.payment_confirmed": gettext_lazy("confirmed the payment"),
    "dossiers.apologised": gettext_lazy("apologised to the citizen for the delay"),
    "dossiers.paper_taken_back": gettext_lazy("took back a paper that was issued"),
    "dossiers.paper_added": gettext_lazy("added a paper"),
    "dossiers.paper_removed": gettext_lazy("took a paper out"),
    "population.person_registered": gettext_lazy("registered the person"),
    "population.person_amended": gettext_lazy("corrected what is said of the person"),
    "population.person_closed": gettext_lazy("closed the person’s entry"),
    "population.residence_added": gettext_lazy("entered a residence"),
    "population.residence_moved": gettext_lazy("moved the residence"),
    "population.residence_ended": gettext_lazy("ended a residence"),
    "population.electronic_id_set": gettext_lazy("noted the level of the electronic identity"),
    "population.household_registered": gettext_lazy("registered the household"),
    "population.household_amended": gettext_lazy("corrected what is said of the household"),
    "population.head_set": gettext_lazy("noted the head of the household"),
    "population.head_left": gettext_lazy("noted that the head left"),
    "registers.entered": gettext_lazy("entered the row"),
    "registers.imported": gettext_lazy("took it over from a file"),
    "outreach.profile_changed": gettext_lazy("noted what the house said"),
    "outreach.attended": gettext_lazy("noted the attendance"),
    "outreach.gathering_planned": gettext_lazy("planned the gathering"),
    "outreach.gathering_held": gettext_lazy("held the gathering"),
    "outreach.team_set_up": gettext_lazy("set up the team"),
    "outreach.joined": gettext_lazy("joined the team"),
    "outreach.report_written": gettext_lazy("wrote the report"),
    "outreach.report_composed": gettext_lazy("let the report be composed"),
    "outreach.report_sent": gettext_lazy("sent the report"),
    "outreach.report_reviewed": gettext_lazy("reviewed the report"),
    "outreach.difficulty_grouped": gettext_lazy("put the difficulty to a question"),
    "outreach.thanked": gettext_lazy("thanked for it"),
    "work.made": gettext_lazy("the task was made"),
    "work.done": gettext_lazy("did the task"),
    "work.expired": gettext_lazy("the task expired"),
    "work.skipped": gettext_lazy("passed the task over"),
    "work.put_off": gettext_lazy("put the task off"),
    "work.cancelled": gettext_lazy("cancelled the task"),
    "work.card_opened": gettext_lazy("asked the question"),
    "work.card_answered": gettext_lazy("answered the question"),
    "work.card_closed": gettext_lazy("closed the question"),
    "work.card_extended": gettext_lazy("gave the question more time"),
    "dossiers.rated": gettext_lazy("rated the service"),
}


def done(kind: str) -> str:
    """Return what was done, as a reader says it; of an act without words of its own that something was changed."""
    return str(KINDS.get(kind, _("changed it")))
