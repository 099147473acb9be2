"""Who digitises: who opens books and hands in files, who keys, who sees a picture.

A picture shows persons and everything the register would say of them, so it is for readers of that register
alone. Files and books are managed by whoever brings registers in, who need not read them.
"""

from __future__ import annotations

from datetime import date

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.registers import queries
from dinh.registers.scans.models import ScanBook

WRITE = "registers.write"
IMPORT = "registers.import"


def manages(account: Account, book: ScanBook, on: date) -> bool:
    """Tell whether somebody hands in files for a book and puts its pages in order."""
    return policy.may(account, IMPORT, unit=book.unit_id, on=on)


def keys(account: Account, book: ScanBook, on: date) -> bool:
    """Tell whether somebody keys entries of a book, or compares what another one keyed."""
    return policy.may(account, WRITE, unit=book.unit_id, on=on) and sees(account, book, on)


def sees(account: Account, book: ScanBook, on: date) -> bool:
    """Tell whether somebody may look at the pictures of a book."""
    return queries.scope_of(account, book.register, on).allows(book.unit_id)


def require_managing(account: Account, book: ScanBook, on: date) -> None:
    """Raise NotPermitted unless `manages`."""
    if not manages(account, book, on):
        raise policy.refusal(IMPORT, account, unit=book.unit_id)


def require_keying(account: Account, book: ScanBook, on: date) -> None:
    """Raise NotPermitted unless `keys`."""
    if not keys(account, book, on):
        raise policy.refusal(WRITE, account, unit=book.unit_id)


def require_seeing(account: Account, book: ScanBook, on: date) -> None:
    """Raise NotPermitted unless `sees`."""
    if not sees(account, book, on):
        raise policy.refusal(queries.READ, account, unit=book.unit_id)
