"""States as people see them: a word, a shape and a colour, never colour alone."""

from __future__ import annotations

from functools import lru_cache

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.dossiers.rules import life
from dinh.dossiers.rules.clock import day_at_hand

RED, GOLD, GREEN, BLUE, PLAIN = "red", "gold", "green", "indigo", "plain"

STATES: dict[str, tuple[object, str, str]] = {
    # the clock of a dossier
    "late": (_("late"), "■", RED),
    "today": (_("due today"), "▲", GOLD),
    "next_day": (_("due on the next working day"), "▲", GOLD),  # "today" on a day of rest
    "soon": (_("due soon"), "▲", GOLD),
    "on_time": (_("on time"), "●", GREEN),
    "waiting": (_("waiting for the citizen"), "‖", GOLD),
    "done": (_("done"), "✓", GREEN),
    "supplemented": (_("Completed, waiting for reception"), "●", BLUE),  # `standing`
    # papers
    "genuine": (_("genuine"), "✓", GREEN),
    "altered": (_("altered"), "■", RED),
    "revoked": (_("revoked"), "■", RED),
    "unknown": (_("unknown"), "?", GOLD),
    "preparing": (_("being prepared"), "◌", BLUE),
    # drafts, accounts and everything else
    "draft": (_("draft"), "◌", PLAIN),
    "refused": (_("refused"), "■", RED),
    "withdrawn": (_("withdrawn"), "–", PLAIN),
    "closed": (_("closed"), "–", PLAIN),
    "active": (pgettext_lazy("state", "active"), "●", GREEN),
    "ended": (pgettext_lazy("state", "ended"), "–", PLAIN),
    "new": (_("new"), "●", BLUE),
}

STATUSES: dict[int, tuple[object, str, str]] = {
    1: (_("Sent, waiting for reception"), "●", BLUE),
    2: (_("Received"), "●", BLUE),
    3: (_("Not received"), "■", RED),
    4: (_("Being processed"), "●", BLUE),
    5: (_("Waiting for your papers"), "‖", GOLD),
    6: (_("Waiting for your payment"), "‖", GOLD),
    7: (_("Withdrawn"), "–", PLAIN),
    8: (_("Stopped"), "■", RED),
    9: (_("Result ready"), "✓", GREEN),
    10: (_("Result handed over"), "✓", GREEN),
}


def show_state(value: str | int, text: str, language: str) -> SafeString:
    """Return the badge of a state key or of a national status; an unknown key is shown as it is."""
    return _badge(on_this_day(value), text, language)


def standing(status: int, local_status: str) -> str | int:
    """Return the key of where a dossier stands: its national status, but not "waiting for you" once they have answered."""
    return "supplemented" if local_status == life.SUPPLEMENTED else int(status)


def on_this_day(value: str | int) -> str | int:
    """Return the key under which a state is worded today: over a weekend nothing is "due today"."""
    if value != "today":
        return value
    today = timezone.localdate()
    return "today" if day_at_hand(today) == today else "next_day"


def word(key: str | int) -> str:
    """Return a state or a national status in words, for files that are taken away."""
    return str((STATUSES[key] if isinstance(key, int) else STATES[key])[0])


@lru_cache(maxsize=1024)
def _badge(value: str | int, text: str, language: str) -> SafeString:
    # `language` is part of the key: the words below are translated when they are first drawn.
    known = STATUSES.get(value) if isinstance(value, int) else STATES.get(str(value))
    word, shape, colour = known or (str(value), "●", PLAIN)
    return format_html(
        '<span class="state {}"><span aria-hidden="true">{}</span> {}</span>', colour, shape, text or word
    )
