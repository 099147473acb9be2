"""What all declarations share: strict, closed, frozen; titles by language; dates of validity."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Declaration(BaseModel):
    """Root of every shape: a wrong type, an unknown key or a later change is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Text(Declaration):
    """Words in the languages of the house; other languages may be added as plain keys later."""

    vi: str = Field(min_length=1, description="Vietnamese, always present")
    fr: str = Field(default="", description="French")
    en: str = Field(default="", description="English")

    def __str__(self) -> str:
        """Return the words in the reader's language, in Vietnamese where they are missing."""
        return self.of(get_language() or "vi")

    def of(self, language: str) -> str:
        """Return the words in one language ("vi", "fr", "en"), in Vietnamese where they are missing."""
        return getattr(self, language[:2], "") or self.vi


class Item(Declaration):
    """One declared item: a file of its own."""

    id: Id = Field(description="Stable id, equal to the file's name")
    title: Text = Field(description="What people call it")
    valid_from: date = Field(description="First day on which it applies")
    valid_to: date | None = Field(default=None, description="Last day on which it applies")
    source: str = Field(min_length=1, description="Legal act and article, or who decided")
