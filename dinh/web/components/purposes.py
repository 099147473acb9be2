"""Why somebody's data were read, in words: the purposes that access rows keep, as citizens and officers are told them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store

# What stands before the colon of a purpose. Each package that writes rows names its own task; all are told here.
WORDS: dict[str, Any] = {
    "dossier": gettext_lazy("to handle dossier %(about)s"),
    "draft": gettext_lazy("to help fill a request"),
    "counter": gettext_lazy("the identity card was read at the counter"),
    "worklist": gettext_lazy("the list of what waits"),
    "decisions": gettext_lazy("to decide the dossier"),
    "export": gettext_lazy("the list was taken away as a file"),
    "person": gettext_lazy("to look up a person"),
    "people": gettext_lazy("to search for a person"),
    "household": gettext_lazy("to look up household %(about)s"),
    "register": gettext_lazy("to search the register “%(register)s”"),
    "record": gettext_lazy("to read a record of a register"),
    "dinh register show": gettext_lazy("to read a record on the node itself"),
    "map": gettext_lazy("to see the map of the register “%(register)s”"),
    "scan": gettext_lazy("to copy a page of a paper book"),
    "findings": gettext_lazy("to see what a verification found"),
    "finding": gettext_lazy("to decide what a verification found"),
    "corrections": gettext_lazy("corrections of the register “%(register)s” were taken away as a file"),
    "figure": gettext_lazy("to see what a figure counts"),
    "report": gettext_lazy("to take away a report of figures"),
    "change": gettext_lazy("to see what a change of places touches"),
    "api": gettext_lazy("another program, for the officer"),
    "accounts": gettext_lazy("to look after accounts"),
    "field.pack": gettext_lazy("the list of houses on a volunteer's telephone"),
    "field.lookup": gettext_lazy("to read a card that was held out at the door"),
    "kiosk": gettext_lazy("the shared computer, for whoever stood before it"),
    "difficulties": gettext_lazy("what people found difficult, to answer it"),
    "question": gettext_lazy("to answer what people found difficult"),
    "conflicts": gettext_lazy("to decide between two values"),
    "review": gettext_lazy("to look at what a volunteer sent"),
    "slip": gettext_lazy("to find a visit by the slip that was left"),
    "gathering": gettext_lazy("the list of those who came to a gathering"),
    "tasks": gettext_lazy("the list of a team's tasks"),
    "team figure": gettext_lazy("to see what a team's figure counts"),
    "team report": gettext_lazy("to write a team's report"),
    "team paper": gettext_lazy("to print a paper of a team"),
    "sql": gettext_lazy("a question to the data by SQL, without names"),
    "own dossiers": gettext_lazy("own data"),
}


def why(purpose: str, *, own: bool = False) -> str:
    """Return a purpose in the reader's language; one that nobody declared is shown as it was written.

    own  the reader looks at a trace of their own: nobody "handles" their own dossier
    """
    kind, _colon, about = purpose.partition(":")
    if kind == "dossier" and own:
        return _("dossier %(about)s") % {"about": about}
    words = WORDS.get(kind)
    return str(words) % {"about": about, "register": _register(about)} if words else purpose


def _register(register: str) -> str:
    shape = store.get().registers.get(register)
    return shape.title.of(get_language() or "vi") if shape else register
