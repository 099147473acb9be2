"""What verification does after entries of others: a register that was verified before is verified again after a file.

A handler: it runs in the worker after the entry is sealed, and may run twice; one verification waits at a time.
"""

from __future__ import annotations

from dinh.journal.models import Entry
from dinh.registers.models import Import
from dinh.verification.actions.submitting import verify_again


def on_imported(entry: Entry) -> None:
    """Ask for a verification of what a file changed, and so of what other registers say against it."""
    row = Import.objects.select_related("unit").get(pk=entry.subject)
    verify_again(register=row.register, unit=row.unit, at=entry.at)
