"""Pure decisions of messages: when to try again, when to give up, what an e-mail says under a notice."""

from __future__ import annotations

import smtplib
from datetime import timedelta

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: one minute, two, four … at most six hours."""
    doubled: timedelta = FIRST_WAIT * (1 << max(attempts - 1, 0))
    return min(doubled, LONGEST_WAIT)


def is_final(error: Exception) -> bool:
    """Tell whether trying again cannot help: no such address says the server, or it is none (ValueError)."""
    if isinstance(error, ValueError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return False


def describe(error: Exception) -> str:
    """Return the kind and code of a failure, without the address or the words of the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _words in error.recipients.values()})
        return f"SMTPRecipientsRefused {' '.join(codes)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__


def one_line(text: str) -> str:
    """Return a text fit for a header: a line break in it would start another header."""
    return " ".join(text.split())
