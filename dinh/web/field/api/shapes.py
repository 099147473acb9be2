"""What telephones send: strict, closed shapes. Envelopes are looked at one by one (`outreach.actions.intake`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

MOST_OPS = 50
YEARS = range(1970, 2100)  # of a clock that can be told in every zone
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Sent(BaseModel):
    """Root: an unknown key is a fault of the app."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Enrol(Sent):
    """A telephone that wants to be enrolled."""

    code: str = Field(min_length=4, max_length=40)
    label: Line
    language: Literal["vi", "fr", "en"] = "vi"
    public: str = Field(min_length=86, max_length=88)  # base64url of 65 bytes
    app: str = Field(default="", max_length=20)


class Ops(Sent):
    """A batch of envelopes."""

    ops: list[dict[str, Any]] = Field(max_length=MOST_OPS)


class Beat(Sent):
    """How a telephone is: numbers, no content."""

    unsent: int = Field(ge=0, le=1_000_000)
    oldest_unsent: AwareDatetime | None = None
    app: str = Field(default="", max_length=20)
    persisted: bool | None = None
    free_mb: int | None = Field(default=None, ge=0, le=100_000_000)
    failures: dict[
        Annotated[str, StringConstraints(max_length=40)], Annotated[int, Field(ge=0, le=1_000_000)]
    ] = Field(default_factory=dict, max_length=50)
    ready_ms: int | None = Field(default=None, ge=0, le=3_600_000)

    @field_validator("oldest_unsent")
    @classmethod
    def _told_by_a_clock(cls, at: datetime | None) -> datetime | None:
        return at if at is not None and at.year in YEARS else None


class Lookup(Sent):
    """A card held out at a door: its number, or the name and year on it."""

    number: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=120)
    birth_year: int | None = Field(default=None, ge=1880, le=2100)

    @model_validator(mode="after")
    def _one_way(self) -> Lookup:
        if bool(self.number.strip()) == bool(self.name.strip()):
            raise ValueError("a number, or a name")
        return self


class Nothing(Sent):
    """An act that needs no word more."""
