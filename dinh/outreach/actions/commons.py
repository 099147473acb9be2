"""Writing the commune's pages for its visitors: make, change, show, take back, put in order, pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib import vietqr
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault
from dinh.lib.names import fold, nfc, tidy
from dinh.outreach.models import CommonsPage, CommonsPicture
from dinh.outreach.queries.commons import EDIT
from dinh.papers import actions as papers
from dinh.papers import pictures

LANGUAGES = ("vi", "fr", "en")
LENGTHS = {"title": 120, "summary": 300, "text": 6000}
MOST_PICTURES = 8
OF_PRODUCTS = ("stars", "decision", "seller", "price", "shop_url", "bank_bin", "bank_account", "bank_holder")
PLAIN = (
    "place",
    "phone",
    "decision",
    "seller",
    "price",
    "shop_url",
    "bank_bin",
    "bank_account",
    "bank_holder",
)
PERSONAL = ("phone", "bank_account", "bank_holder")
NORTH, EAST = (8.0, 24.0), (102.0, 118.0)  # Viet Nam with its islands, in degrees


@action
def make_page(
    *, unit: Unit, kind: str, texts: Mapping[str, Mapping[str, str]], by: Account, at: datetime, **facts: Any
) -> CommonsPage:
    """Begin a page; nobody sees it before it is published.

    texts  "title", "summary", "text", each by language; Vietnamese title and summary are needed
    facts  the columns of `CommonsPage` that are about the thing: place, latitude, stars, bank_account …

    Raises NotPermitted, Invalid with every fault.
    """
    policy.require(by, EDIT, unit=unit.pk, on=local_date(at))
    columns = _columns(kind, texts, facts, local_date(at))
    last = CommonsPage.objects.filter(unit=unit, kind=kind).aggregate(last=Max("position"))["last"] or 0
    page = CommonsPage(
        unit=unit, kind=kind, slug=_free_slug(columns["title"]["vi"]), made_by=by, made_at=at, changed_at=at,
        position=last + 1, **columns,
    )  # fmt: skip
    page.save(force_insert=True)
    created(page, "outreach.commons_made", by=by, at=at, unit=unit.pk)
    return page


@action
def change_page(
    *, page: CommonsPage, texts: Mapping[str, Mapping[str, str]], by: Account, at: datetime, **facts: Any
) -> None:
    """Change what a page says; its address stays, because it is printed. Raises NotPermitted, Invalid, Stale."""
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    columns = _columns(page.kind, texts, facts, local_date(at))
    change(page, "outreach.commons_changed", by=by, at=at, unit=page.unit_id, changed_at=at, **columns)


@action
def publish(*, page: CommonsPage, by: Account, at: datetime) -> None:
    """Show a page to everybody. Raises NotPermitted, Stale, Invalid without a seller's agreement."""
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    if any(getattr(page, one) for one in PERSONAL) and page.agreed_on is None:
        message = _("Write down on which day the person agreed that telephone and account are shown.")
        refuse_if([Fault("agreed_on", "missing", message)], "outreach.commons_invalid")
    change(
        page, "outreach.commons_published", by=by, at=at, unit=page.unit_id,
        state=CommonsPage.State.PUBLISHED.value, published_at=page.published_at or at,
    )  # fmt: skip


@action
def unpublish(*, page: CommonsPage, by: Account, at: datetime) -> None:
    """Take a page back: it is a draft again, with everything in it. Raises NotPermitted, Stale."""
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    change(
        page, "outreach.commons_unpublished", by=by, at=at, unit=page.unit_id,
        state=CommonsPage.State.DRAFT.value,
    )  # fmt: skip


@action
def move(*, page: CommonsPage, up: bool, by: Account, at: datetime) -> bool:
    """Change places with the page before or after of its kind; False when there is none. NotPermitted, Stale."""
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    rows = list(CommonsPage.objects.filter(unit=page.unit_id, kind=page.kind).order_by("position", "id"))
    here = [one.pk for one in rows].index(page.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return False
    other, mine = rows[there], rows[here].position
    change(page, "outreach.commons_moved", by=by, at=at, unit=page.unit_id, position=other.position)
    _take_place(page=other, position=mine, by=by, at=at)
    return True


@action
def _take_place(*, page: CommonsPage, position: int, by: Account, at: datetime) -> None:
    change(page, "outreach.commons_moved", by=by, at=at, unit=page.unit_id, position=position)


@action
def add_picture(
    *, page: CommonsPage, data: bytes, says: Mapping[str, str], credit: str = "", by: Account, at: datetime
) -> CommonsPicture:
    """Add a picture, without what its camera wrote into it.

    says  what one sees, by language, at least in Vietnamese: it is read aloud to who does not see it

    Raises NotPermitted, Invalid, Stale.
    """
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    words = _map(says, 200)
    faults = [] if words.get("vi") else [Fault("says", "missing", _("Say in Vietnamese what one sees."))]
    if page.pictures.count() >= MOST_PICTURES:
        faults.append(Fault("file", "too_many", _("A page has at most eight pictures. Take one away first.")))
    refuse_if(faults, "outreach.commons_invalid")
    found = pictures.clean(data)
    blob = papers.keep(found.data, at)
    last = page.pictures.aggregate(last=Max("position"))["last"] or 0
    picture = CommonsPicture(
        page=page, blob=blob, width=found.width, height=found.height, says=words, credit=tidy(credit)[:120],
        position=last + 1,
    )  # fmt: skip
    picture.save(force_insert=True)
    change(page, "outreach.commons_picture_added", by=by, at=at, unit=page.unit_id, changed_at=at)
    return picture


@action
def remove_picture(*, picture: CommonsPicture, by: Account, at: datetime) -> None:
    """Take a picture away, with its file. Raises NotPermitted, Stale."""
    page, blob = picture.page, picture.blob_id
    policy.require(by, EDIT, unit=page.unit_id, on=local_date(at))
    picture.delete()
    change(page, "outreach.commons_picture_removed", by=by, at=at, unit=page.unit_id, changed_at=at)
    papers.forget([blob])


def _columns(
    kind: str, texts: Mapping[str, Mapping[str, str]], facts: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """Return what is kept of what was given, or raise Invalid with everything that is wrong."""
    columns: dict[str, Any] = {name: _map(texts.get(name, {}), 10 * LENGTHS[name]) for name in LENGTHS}
    columns |= {name: tidy(str(facts.get(name) or "")) for name in PLAIN}
    columns |= {name: facts.get(name) for name in ("latitude", "longitude", "stars", "agreed_on")}
    if kind != CommonsPage.Kind.PRODUCT:
        columns |= {name: None if name == "stars" else "" for name in OF_PRODUCTS}
    columns["bank_account"] = columns["bank_account"].replace(" ", "")
    columns["words"] = fold(
        " ".join(text for name in ("title", "summary") for text in columns[name].values())
    )
    if columns["seller"]:
        columns["words"] += " " + fold(columns["seller"])
    faults = [
        *_of_texts(columns),
        *_of_place(columns),
        *_of_product(columns),
        *length_faults(CommonsPage, {n: columns[n] for n in PLAIN}),
    ]
    if kind not in CommonsPage.Kind.values:
        faults.append(Fault("kind", "unknown", _("Choose what the page is about.")))
    if columns["agreed_on"] is not None and columns["agreed_on"] > on:
        faults.append(Fault("agreed_on", "later", _("This day has not come yet.")))
    refuse_if(faults, "outreach.commons_invalid")
    return columns


def _of_texts(columns: Mapping[str, Any]) -> list[Fault]:
    faults = [
        Fault(f"{name}_vi", "missing", _("This is needed in Vietnamese."))
        for name in ("title", "summary")
        if not columns[name].get("vi")
    ]
    return faults + [
        Fault(f"{name}_{code}", "too_long", _("This is too long."))
        for name, most in LENGTHS.items()
        for code, text in columns[name].items()
        if len(text) > most
    ]


def _of_place(columns: Mapping[str, Any]) -> list[Fault]:
    north, east = columns["latitude"], columns["longitude"]
    if north is None and east is None:
        return []
    if north is None or east is None:
        return [Fault("latitude", "half", _("Give both numbers of the place, or neither."))]
    if NORTH[0] <= north <= NORTH[1] and EAST[0] <= east <= EAST[1]:
        return []
    return [
        Fault(
            "latitude", "elsewhere", _("This place does not lie in Viet Nam. Look at the two numbers again.")
        )
    ]


def _of_product(columns: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if columns["stars"] is not None and columns["stars"] not in (3, 4, 5):
        faults.append(Fault("stars", "unknown", _("OCOP gives three to five stars.")))
    if columns["stars"] and not columns["decision"]:
        faults.append(Fault("decision", "missing", _("Name the decision that gave the stars.")))
    if columns["shop_url"] and not _is_https(columns["shop_url"]):
        faults.append(Fault("shop_url", "not_https", _("Give a whole address that begins with https://")))
    bank = (columns["bank_bin"], columns["bank_account"], columns["bank_holder"])
    if any(bank) and not all(bank):
        faults.append(
            Fault("bank_account", "half", _("A payment code needs the bank, the account and its holder."))
        )
    elif all(bank) and not (vietqr.BIN.fullmatch(bank[0]) and vietqr.ACCOUNT.fullmatch(bank[1])):
        faults.append(
            Fault(
                "bank_account",
                "not_an_account",
                _("The bank has six digits, the account letters and digits."),
            )
        )
    return faults


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and "." in (parts.hostname or "")
        and not parts.username
    )


def _map(texts: Mapping[str, str], most: int) -> dict[str, str]:
    """Return the texts that are there, by language, each paragraph tidied."""
    found = {}
    for code in LANGUAGES:
        paragraphs = [tidy(part) for part in nfc(str(texts.get(code) or ""))[:most].splitlines()]
        if text := re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)).strip():
            found[code] = text
    return found


def _free_slug(title: str) -> str:
    """Return an address made of a title, "che-shan-tuyet-y-ty"; with a number behind when it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:70].rstrip("-") or "trang"
    slug, n = stem, 1
    while CommonsPage.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{stem}-{n}"
    return slug
