"""Task rules: what makes a task for a team, from when to when it is of use, and what settles it (`catalogue/tasks/`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from dinh.catalogue.shapes.base import Id, Item, Text

About = Literal["household", "person", "help", "filing", "residence", "difficulty", "invitation"]
Settles = Literal["visit", "help", "brought", "told", "filed"]

# What a condition may ask about each subject. Whoever makes the tasks gives exactly these (`outreach.queries.task_facts`);
# dates are texts like "2026-11-22", unknown ones are missing.
HOUSE = {
    "visited": "True when somebody of the house was ever met",
    "refused": "True when the house asked not to be visited again",
    "has_device": "True, False, or missing when nobody looked: a smartphone in the house",
    "poverty": '"", "poor" or "near_poor"',
}
FACTS: dict[str, dict[str, str]] = {
    "household": HOUSE,
    "person": {**HOUSE, "age": "completed years", "pension": "True when the person draws a pension we know of",
               "asked": "True when a request for the rule's procedure is on its way", "sex": '"1", "2" or "9"'},
    "help": {**HOUSE, "kind": "code of list assistance_kinds", "outcome": "code of list assistance_outcomes"},
    "filing": {**HOUSE, "status": "national status 1 to 10", "finished": "True when it was decided or ended",
               "ready": "True when its result can be fetched", "brought": "True when the result was carried home",
               "waits": "True when it waits for the citizen"},
    "residence": {**HOUSE, "asked": "True when a request for the rule's procedure is on its way"},
    "difficulty": {**HOUSE, "kind": "code of list difficulty_kinds", "answered": "True when its card has an answer",
                   "told": "True when the answer was told at the house", "urgency": '"low", "normal" or "urgent"'},
    "invitation": {**HOUSE, "reached": "True when the person was told"},
}  # fmt: skip
BIRTHDAY = "birthday_on"
# The days from which a task is counted.
ANCHORS: dict[str, dict[str, str]] = {
    "household": {"served_on": "since when a team visits the village", "last_visit_on": "of the last meeting"},
    "person": {BIRTHDAY: "the birthday at which one of the rule's `ages` is reached"},
    "help": {"helped_on": "when the help was given"},
    "filing": {"filed_on": "when the request was handed in", "ready_on": "when its result was ready",
               "waits_on": "since when it waits"},
    "residence": {"until_on": "last day of a temporary residence"},
    "difficulty": {"noted_on": "when it was noted", "answered_on": "when it was answered"},
    "invitation": {"held_on": "day of the gathering"},
}  # fmt: skip


class TaskRule(Item):
    """One rule by which tasks come about (`catalogue/tasks/`).

    A task is meant for the day `days` after its anchor (before it when negative), can be done from `opens_before` days
    earlier, is on time until `grace` days later and of use until `expires_after` days later.
    """

    version: str = F(min_length=1, max_length=20, description="Kept with each task it made")
    sentence: Text = F(description="What the member is to do, as the telephone says it")
    applies_to: About = F(description="What the task is about; decides which facts and anchors there are")
    condition: str = F(default="", description="Expression over the facts of the subject; empty: always")
    anchor: str = F(description="Day from which the due day is counted")
    ages: tuple[int, ...] = F(
        default=(),
        description="With the anchor birthday_on, and only with it: the ages that the rule is about",
    )
    days: int = F(ge=-400, le=400, description="Due so many days after the anchor; negative: before it")
    opens_before: int = F(
        default=0, ge=0, le=400, description="Days before the due day from which it is listed"
    )
    grace: int = F(
        default=0,
        ge=0,
        le=400,
        description="Days after the due day on which it is still on time: teams walk on one or two days a week",
    )
    expires_after: int = F(ge=0, le=1000, description="Days after the due day on which it is of no more use")
    priority: int = F(ge=1, le=9, description="1 is done first")
    resolved_by: tuple[Settles, ...] = F(
        default=(),
        description="What settles it beside the member's word: a meeting at the house, help given, ...",
    )
    max_open: int = F(
        default=0,
        ge=0,
        description="At most so many of it open in one village, so that a list is done; 0: all",
    )
    skip_reasons: tuple[str, ...] = F(
        min_length=1, description="Codes of list skip_reasons that may be given"
    )
    procedure: Id | None = F(
        default=None, description="Procedure that is prepared, and filed when all goes well"
    )
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")

    @property
    def counted_from(self) -> str:
        """The day from which it is counted, apart for each set of ages: "birthday_on 70 75"."""
        return " ".join([self.anchor, *map(str, self.ages)])
