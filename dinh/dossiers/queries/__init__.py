"""Reads of dossiers: the worklist, one dossier, a citizen's own, figures and the time things truly take."""

from dinh.dossiers.queries.figures import (
    Fraction,
    all_figures,
    by_procedure,
    count_filed,
    figure_rows,
    figures,
)
from dinh.dossiers.queries.parts import accounts_named, attachments_of, files_of, result_of, steps_of
from dinh.dossiers.queries.reading import (
    Event,
    drafts_helped,
    drafts_of,
    for_citizen,
    get_dossier,
    get_draft,
    rows_about,
    timeline,
    verbs_for,
)
from dinh.dossiers.queries.real_time import RealTime, real_time
from dinh.dossiers.queries.showing import ShownAnswer, ShownPage, shown_pages, typists
from dinh.dossiers.queries.worklist import (
    DONE_MOST,
    STATES,
    VIEWS,
    Filters,
    Rows,
    counts,
    next_to_take,
    worklist,
)

__all__ = [
    "accounts_named",
    "attachments_of",
    "files_of",
    "result_of",
    "steps_of",
    "typists",
    "DONE_MOST",
    "STATES",
    "VIEWS",
    "Event",
    "Filters",
    "Fraction",
    "Rows",
    "RealTime",
    "ShownAnswer",
    "ShownPage",
    "all_figures",
    "by_procedure",
    "count_filed",
    "counts",
    "drafts_helped",
    "drafts_of",
    "figure_rows",
    "figures",
    "for_citizen",
    "get_dossier",
    "get_draft",
    "next_to_take",
    "real_time",
    "rows_about",
    "shown_pages",
    "timeline",
    "verbs_for",
    "worklist",
]
