"""Parts of pages that are the same for everybody but for a few words: drawn once, then filled in.

A form that nobody has filled yet costs the template engine milliseconds and always gives the same markup.
A `Pattern` keeps that markup, with marks where an address, a token or a name goes. Kept are only markup and
words of the catalogue, never anybody's data; the variant says all that the markup depends on, so nothing has
to be forgotten before the process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from dinh.web.components.drawing import compiled

MARK = "\ue000"  # of the private use area: neither escaping nor translation touches it
MOST = 256


class Pattern:
    """One template whose blanks stand for the words that change.

    blanks  names that the template finds in its context, each a mark to be filled
    """

    def __init__(self, template: str, blanks: tuple[str, ...]) -> None:
        self._template = template
        self._marks = {name: f"{MARK}{name}{MARK}" for name in blanks}
        self._kept: dict[tuple[Hashable, str], tuple[str, ...]] = {}

    def draw(
        self, variant: Hashable, context: Callable[[Mapping[str, str]], Mapping[str, Any]], **values: str
    ) -> SafeString:
        """Return the part with its blanks filled, escaped.

        variant  everything but the language that the markup depends on
        context  makes the rest of the template's context from the marks (for forms, which take them as initial
                 values); called only for a variant that is drawn for the first time
        """
        key = (variant, get_language() or "vi")
        pieces = self._kept.get(key)
        if pieces is None:
            pieces = self._drawn({**self._marks, **context(self._marks)})
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = pieces
        filled = {name: conditional_escape(value) for name, value in values.items()}
        # Every second piece is the name of a blank.
        return mark_safe("".join(filled[one] if at % 2 else one for at, one in enumerate(pieces)))  # noqa: S308

    def _drawn(self, context: Mapping[str, Any]) -> tuple[str, ...]:
        template = compiled(self._template)
        drawing = Context(dict(context))
        with drawing.bind_template(template):
            return tuple(template.nodelist.render(drawing).split(MARK))
