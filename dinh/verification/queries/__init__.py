"""Reads of verification: rates and how they moved, the worklist, one finding with its persons, runs."""

from dinh.verification.queries.corrected import Corrected, corrected_since
from dinh.verification.queries.findings import (
    ORDERS,
    Group,
    Which,
    count_findings,
    find_findings,
    finding_groups,
    given_to,
    match_of,
    matches_of_person,
)
from dinh.verification.queries.opening import Opened, OpenedField, open_finding
from dinh.verification.queries.rates import (
    CommuneRates,
    ReasonCount,
    RegisterRates,
    get_submission,
    rates,
    register_rates,
    series,
    submissions,
)

__all__ = [
    "ORDERS",
    "CommuneRates",
    "Corrected",
    "Group",
    "Opened",
    "OpenedField",
    "ReasonCount",
    "RegisterRates",
    "Which",
    "corrected_since",
    "count_findings",
    "find_findings",
    "finding_groups",
    "get_submission",
    "given_to",
    "match_of",
    "matches_of_person",
    "open_finding",
    "rates",
    "register_rates",
    "series",
    "submissions",
]
