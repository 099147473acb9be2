"""When something was captured at a house: what a phone says, within what can be true.

A phone corrects its own clock by what it last knew of the node's. It cannot have captured anything before it was
enrolled, nor long after the node received it; within two days it is believed as it is, so that the order of merging
does not depend on when something arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dinh.outreach.rules.kinds import Clock

FAR = timedelta(days=2)
FRESH = timedelta(days=1)  # a clock compared with the node's since then keeps time to the minute
SURE = timedelta(minutes=10)


@dataclass(frozen=True)
class Captured:
    """When something was captured.

    at            within bounds: the order of merging
    far           the phone's clock was further off than can be believed
    since, until  between which the true moment lies
    """

    at: datetime
    far: bool
    since: datetime
    until: datetime


def captured(claimed: datetime, clock: Clock, *, enrolled_at: datetime, received_at: datetime) -> Captured:
    """Return when an operation was captured.

    claimed      `captured_at` of the operation, already corrected by the phone
    enrolled_at  of the phone: nothing was captured before
    """
    if claimed > received_at + FAR:
        return Captured(received_at, True, enrolled_at, received_at)
    if claimed < enrolled_at - FAR:
        return Captured(enrolled_at, True, enrolled_at, received_at)
    compared = clock.known_at is not None and abs(claimed - clock.known_at) <= FRESH
    slack = SURE if compared else FAR
    return Captured(claimed, False, claimed - slack, claimed + slack)
