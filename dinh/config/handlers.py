"""The one ordered list of what happens after an entry is sealed.

Each package offers handlers; here stands which of them this node runs, for
which kinds of entries. Adding one is adding a line (see `dinh.journal.handlers`).
"""

from __future__ import annotations

from dinh.journal.handlers import Handler

HANDLERS: tuple[Handler, ...] = (
    # The paper first: the notice of an approval may speak of it.
    Handler(kinds=("papers.requested",), task="dinh.papers.handlers:on_requested", queue="papers"),
    Handler(kinds=("population.head_left",), task="dinh.population.notices:on_head_left"),
    Handler(kinds=("directory.change_stopped",), task="dinh.messages.places:on_stopped"),
    Handler(
        kinds=("directory.change_applied", "directory.change_undone"), task="dinh.papers.proofs:on_change"
    ),
    Handler(kinds=("dossiers.*",), task="dinh.dossiers.notices:on_change"),
    Handler(
        kinds=("indicators.report_asked",), task="dinh.indicators.reports.handlers:on_asked", queue="papers"
    ),
    Handler(kinds=("registers.imported",), task="dinh.verification.handlers:on_imported"),
)
