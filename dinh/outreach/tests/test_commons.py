"""The commune's pages: what is refused, what visitors see, what a picture still carries."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta
from typing import Any

import pytest

from dinh.directory import actions as directory
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, NotPermitted
from dinh.outreach.actions import commons
from dinh.outreach.models import CommonsPage
from dinh.outreach.queries import commons as reading
from dinh.papers import pictures

AT = MONDAY_MORNING
TEXTS = {
    "title": {"vi": "Chè Shan tuyết Ún Tà", "en": "Snow Shan tea"},
    "summary": {"vi": "Chè cây cổ thụ, hái tay."},
    "text": {"vi": "Đoạn một.\n\n\n\nĐoạn hai."},
}
PRODUCT: dict[str, Any] = {
    "stars": 4, "decision": "QĐ 12/QĐ-UBND", "seller": "HTX Chè Ún Tà", "price": "120.000 đ", "phone": "0214 3 000 000",
    "shop_url": "https://example.vn/che", "bank_bin": "970423", "bank_account": "0123 456 789",
    "bank_holder": "HTX CHE UN TA", "agreed_on": date(2026, 11, 20),
}  # fmt: skip


@pytest.fixture
def editor(cast: Cast) -> Account:
    directory.appoint(
        account=cast.clerk, role="digital_officer", unit=cast.cocsan, by=None, at=AT - timedelta(days=3)
    )
    return cast.clerk


def product(cast: Cast, editor: Account, **facts: Any) -> CommonsPage:
    return commons.make_page(
        unit=cast.cocsan, kind="product", texts=TEXTS, by=editor, at=AT, **{**PRODUCT, **facts}
    )


@pytest.mark.django_db
def test_a_page_is_seen_when_it_is_published_and_not_before(cast: Cast, editor: Account) -> None:
    page = product(cast, editor)
    assert page.slug == "che-shan-tuyet-un-ta"
    assert page.text["vi"] == "Đoạn một.\n\nĐoạn hai."
    assert page.bank_account == "0123456789"
    with pytest.raises(NotFound):
        reading.get_published(page.slug)

    commons.publish(page=page, by=editor, at=AT)

    assert reading.get_published(page.slug) == page
    assert [row.slug for row in reading.published("product", "che SHAN").rows] == [page.slug]
    assert [row.slug for row in reading.published("", "snow").rows] == [page.slug]
    assert not reading.published("place").rows
    commons.unpublish(page=page, by=editor, at=AT)
    assert not reading.published().rows
    kinds = list(Entry.objects.filter(subject=page.pk).order_by("id").values_list("kind", flat=True))
    assert kinds == [f"outreach.commons_{verb}" for verb in ("made", "published", "unpublished")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"stars": 2}, "stars"),
        ({"decision": ""}, "decision"),
        ({"shop_url": "http://example.vn"}, "shop_url"),
        ({"shop_url": "https://a@example.vn"}, "shop_url"),
        ({"bank_holder": ""}, "bank_account"),
        ({"bank_bin": "12"}, "bank_account"),
        ({"latitude": 22.5}, "latitude"),
        ({"latitude": 48.8, "longitude": 2.3}, "latitude"),
        ({"agreed_on": date(2026, 12, 1)}, "agreed_on"),
        ({"seller": "x" * 121}, "seller"),
    ],
)
def test_what_would_mislead_visitors_is_refused(
    cast: Cast, editor: Account, wrong: dict[str, Any], where: str
) -> None:
    with pytest.raises(Invalid) as refused:
        product(cast, editor, **wrong)
    assert where in {fault.path for fault in refused.value.faults}


@pytest.mark.django_db
def test_telephone_and_account_are_shown_only_once_the_seller_agreed(cast: Cast, editor: Account) -> None:
    page = product(cast, editor, agreed_on=None)
    with pytest.raises(Invalid):
        commons.publish(page=page, by=editor, at=AT)


@pytest.mark.django_db
def test_who_does_not_edit_the_pages_changes_nothing(cast: Cast, editor: Account) -> None:
    page = product(cast, editor)
    for act in (commons.publish, commons.unpublish):
        with pytest.raises(NotPermitted):
            act(page=page, by=cast.next_leader, at=AT)
    with pytest.raises(NotFound):
        reading.get_edited(page.pk, cast.next_leader, AT.date())


@pytest.mark.django_db
def test_two_pages_with_one_title_have_two_addresses_and_change_places(cast: Cast, editor: Account) -> None:
    first, second = product(cast, editor), product(cast, editor)
    assert second.slug == f"{first.slug}-2"
    assert commons.move(page=second, up=True, by=editor, at=AT)
    first.refresh_from_db()
    assert not commons.move(page=second, up=True, by=editor, at=AT)
    for page in (first, second):
        commons.publish(page=page, by=editor, at=AT)
    assert [row.pk for row in reading.published("product").rows] == [second.pk, first.pk]


@pytest.mark.django_db
def test_a_picture_keeps_nothing_of_its_camera(cast: Cast, editor: Account) -> None:
    page = product(cast, editor)
    picture = commons.add_picture(
        page=page, data=png(b"Chup tai nha ong Phuc"), says={"vi": "Búp chè"}, by=editor, at=AT
    )
    assert (picture.width, picture.height) == (3, 2)
    assert picture.blob.size_bytes < len(png(b"Chup tai nha ong Phuc"))
    with pytest.raises(NotFound):
        reading.get_picture(picture.pk, None, AT.date())
    assert reading.get_picture(picture.pk, editor, AT.date()) == picture
    commons.remove_picture(picture=picture, by=editor, at=AT)
    assert not page.pictures.exists()
    with pytest.raises(Invalid):
        commons.add_picture(page=page, data=png(b""), says={}, by=editor, at=AT)


def test_a_photo_loses_its_place_and_keeps_how_it_is_turned() -> None:
    cleaned = pictures.clean(jpeg(turn=6))

    assert (cleaned.width, cleaned.height) == (20, 30)  # lies on its side
    assert b"GPS" not in cleaned.data
    assert b"Thumbnail" not in cleaned.data
    assert b"left behind" not in cleaned.data
    assert cleaned.data.count(b"Exif\0\0") == 1
    assert pictures.clean(cleaned.data) == cleaned
    assert b"Exif" not in pictures.clean(jpeg(turn=1)).data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        pictures.PNG_HEAD,
        b"\xff\xd8\xff\xd9",
        pytest.param(b"\xff\xd8" + b"\xff" * 50, id="only-ff"),
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.clean(data)


@pytest.mark.parametrize("cut", range(10, 200, 17))
def test_a_photo_that_was_cut_off_is_refused(cut: int) -> None:
    whole = jpeg(turn=6)
    with pytest.raises(Invalid):
        pictures.clean(whole[: whole.index(b"\xff\xd9left") - cut])


def png(said: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"".join(b"\0" + b"\x20\x40\x60" * 3 for _row in range(2)))
    head = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    parts = [
        chunk(b"IHDR", head),
        chunk(b"tEXt", b"Comment\0" + said),
        chunk(b"IDAT", rows),
        chunk(b"IEND", b""),
    ]
    return pictures.PNG_HEAD + b"".join(parts)


def jpeg(turn: int) -> bytes:
    def part(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    exif = (
        b"Exif\0\0" + b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, turn, 0, 0) + b"GPS 22.6 103.6"
    )
    return (
        b"\xff\xd8"
        + part(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + part(0xE1, exif)
        + part(0xE2, b"Thumbnail of the house")
        + part(0xC0, struct.pack(">BHHB", 8, 20, 30, 1) + b"\1\x11\0")
        + part(0xDA, b"\1\1\0\0\x3f\0")
        + b"\x11\xff\x00\x22\xff\xd0" * 20
        + b"\xff\xd9left behind by the camera"
    )
