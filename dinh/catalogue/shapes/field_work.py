"""What teams do and read on a telephone: activities (`catalogue/activities/`) and guidance (`catalogue/guidance/`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from dinh.catalogue.shapes.base import Declaration, Id, Item, Text
from dinh.catalogue.shapes.procedure import Field

Kind = Literal[
    "visit",
    "assistance",
    "difficulty",
    "coverage",
    "facts",
    "correction",
    "newcomer",
    "gathering.held",
    "attendance",
]


class ActivityField(Field):
    """One question of an activity. Its id is the key of the operation's body, or of the changed fact."""

    several: bool = F(default=False, description="For type choice: more than one may be chosen")
    without: tuple[str, ...] = F(default=(), description="Codes of the list that are not offered here")


class ActivityPage(Declaration):
    """Questions asked together."""

    id: Id
    title: Text
    help: Text | None = None
    visible_if: str = F(default="", description="The page is skipped unless this holds")
    fields: tuple[ActivityField, ...] = F(min_length=1)


class Activity(Item):
    """Something a member does at a house, asked on a telephone without network."""

    version: str = F(min_length=1, max_length=20, description="Sent with each operation made by it")
    kind: Kind = F(description="Kind of operation it makes, see `outreach.rules.kinds`")
    about: Literal["household", "person", "village", "workshop"] = F(
        default="household", description="From where it is begun"
    )
    pages: tuple[ActivityPage, ...] = F(min_length=1)


class Guidance(Item):
    """One card of advice: what to say and do at a house, read or listened to on a telephone."""

    version: str = F(min_length=1, max_length=20)
    text: Text = F(description="Short sentences, one to a line; a line that begins with “- ” is a step")
    topic: Literal["identity", "safety", "health", "money", "consent", "work"]
    training: bool = F(default=False, description="Read once at enrolment, before the first visit")
    order: int = F(default=50, ge=1, le=99, description="Place in the list, 1 first")
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")
