"""The commune's pages for its visitors: what is published, and what its editors see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.errors import NotFound
from dinh.lib.names import fold
from dinh.outreach.models import CommonsPage, CommonsPicture

EDIT = "commons.edit"
PAGE_SIZE = 12
SEEN = CommonsPage.State.PUBLISHED


@dataclass(frozen=True)
class Shelf:
    """One page of a list, with the first picture of each entry."""

    rows: tuple[CommonsPage, ...]
    more: bool


def published(kind: str = "", text: str = "", page: int = 1) -> Shelf:
    """Return what visitors see, in the order that the commune gave it.

    kind  of `CommonsPage.Kind`; "" for all
    text  words of titles and summaries, in any language, with or without accents
    page  from 1; `PAGE_SIZE` entries each

    Two queries.
    """
    found = CommonsPage.objects.filter(state=SEEN)
    if kind:
        found = found.filter(kind=kind)
    for word in fold(text).split()[:8]:
        found = found.filter(words__contains=word)
    first = (max(page, 1) - 1) * PAGE_SIZE
    rows = list(found.order_by("position", "id")[first : first + PAGE_SIZE + 1])
    _with_pictures(rows[:PAGE_SIZE])
    return Shelf(tuple(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE)


def of_each_kind(most: int = 6) -> dict[str, tuple[CommonsPage, ...]]:
    """Return the first published pages of each kind that has any. Four queries."""
    found = {
        kind: tuple(CommonsPage.objects.filter(state=SEEN, kind=kind).order_by("position", "id")[:most])
        for kind in CommonsPage.Kind.values
    }
    _with_pictures([one for rows in found.values() for one in rows])
    return {kind: rows for kind, rows in found.items() if rows}


def get_published(slug: str) -> CommonsPage:
    """Return a page that visitors may see, with its pictures. Raises NotFound."""
    found = CommonsPage.objects.filter(slug=slug, state=SEEN).select_related("unit").first()
    if found is None:
        raise NotFound("outreach.no_commons_page")
    _with_pictures([found])
    return found


def get_picture(pk: UUID, viewer: Account | None, on: date) -> CommonsPicture:
    """Return a picture of a published page; of a draft to those who edit it. Raises NotFound."""
    found = CommonsPicture.objects.select_related("blob", "page").filter(pk=pk).first()
    if found is None or not (found.page.state == SEEN or _edits(viewer, found.page, on)):
        raise NotFound("outreach.no_picture")
    return found


def edited_by(account: Account, on: date) -> QuerySet[CommonsPage]:
    """Return all pages of the communes whose pages the account edits."""
    return policy.scope(account, EDIT, on).filter(CommonsPage.objects.all(), "unit", None)


def get_edited(pk: UUID, account: Account, on: date) -> CommonsPage:
    """Return a page to who may edit it, with its pictures. Raises NotFound."""
    found = edited_by(account, on).select_related("unit").filter(pk=pk).first()
    if found is None:
        raise NotFound("outreach.no_commons_page", page=pk)
    _with_pictures([found])
    return found


def located(rows: Sequence[CommonsPage]) -> list[CommonsPage]:
    """Return those that say where they lie."""
    return [one for one in rows if one.latitude is not None and one.longitude is not None]


def _edits(viewer: Account | None, page: CommonsPage, on: date) -> bool:
    return policy.may(viewer, EDIT, unit=page.unit_id, on=on)


def _with_pictures(rows: Sequence[CommonsPage]) -> None:
    """Give each page its pictures in order, as `shown`."""
    by_page: dict[UUID, list[CommonsPicture]] = {one.pk: [] for one in rows}
    for picture in CommonsPicture.objects.filter(page__in=by_page).order_by("position", "id"):
        by_page[picture.page_id].append(picture)
    for one in rows:
        one.shown = by_page[one.pk]  # type: ignore[attr-defined]
