"""Words that several pages of the kiosk use."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODE_LABEL = _("Code from the desk")
DRAFT_LABEL = _("Code of your draft")
NUMBER_LABEL = _("Number of the request")
SLIP_LABEL = _("Code of the receipt slip")
VOICE = (
    "voice"  # in the session: the spoken language in which somebody listens, chosen on a page of questions
)
UNKNOWN = _("Number and code do not belong together. Both stand on the receipt slip: look at them once more.")
NO_DRAFT = _("This is not the code of a draft: eight letters and digits, for example K7M2-9QXD.")


def language_now() -> str:
    """Return the language in which the page is shown."""
    return get_language() or "vi"
