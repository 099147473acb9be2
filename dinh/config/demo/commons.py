"""The demonstration's pages for visitors: places, stories, products. Everything is invented and says so.

Pictures are drawn here, a few hills in two colours: no photograph of a real place or person is shipped.
"""

from __future__ import annotations

import math
import struct
import zlib
from datetime import date, datetime
from typing import Any

from dinh.directory import actions as directory
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date
from dinh.outreach.actions import commons

EDIT = "commons.edit"
WIDTH, HEIGHT = 600, 400
INVENTED = {
    "vi": "Trang này là ví dụ: nơi chốn, con người, số điện thoại và tài khoản đều không có thật.",
    "fr": "Cette page est un exemple : le lieu, les personnes, le téléphone et le compte sont inventés.",
    "en": "This page is an example: the place, the people, the telephone and the account are invented.",
}
Texts = dict[str, str]
PLACES: tuple[tuple[Texts, Texts, str, float, float], ...] = (
    (
        {"vi": "Suối đá Ún Tà", "fr": "Le ruisseau de pierre d’Ún Tà", "en": "The stone brook of Ún Tà"},
        {"vi": "Suối trong chảy qua bãi đá bằng, trẻ con tắm mùa hè.", "fr": "Une eau claire sur de larges dalles ; les enfants s’y baignent l’été.", "en": "Clear water over flat stones; children bathe here in summer."},
        "Thôn Ún Tà, cách đường lớn 600 m", 22.4672, 103.9081,
    ),
    (
        {"vi": "Đồi chè Tân Sơn", "en": "The tea hill of Tân Sơn"},
        {"vi": "Đường mòn đi bộ một giờ giữa các luống chè, có chỗ ngồi nghỉ.", "en": "A footpath of one hour between rows of tea, with benches."},
        "Thôn Tân Sơn", 22.4791, 103.9213,
    ),
    (
        {"vi": "Nhà văn hoá Luổng Láo", "fr": "La maison de la culture de Luổng Láo"},
        {"vi": "Nhà sàn chung của thôn; tối thứ bảy có múa xoè.", "fr": "La maison sur pilotis du village ; on y danse le samedi soir."},
        "Thôn Luổng Láo", 22.4598, 103.8967,
    ),
    (
        {"vi": "Chợ phiên sáng chủ nhật"},
        {"vi": "Rau rừng, vải chàm, thắng cố; họp từ 6 giờ đến 11 giờ."},
        "Trung tâm xã", 22.4703, 103.9149,
    ),
)  # fmt: skip
STORIES: tuple[tuple[Texts, Texts, Texts], ...] = (
    (
        {"vi": "Vì sao vải chàm không phai", "en": "Why indigo cloth keeps its colour"},
        {"vi": "Bà Mẩy kể cách nhuộm một tấm vải mười hai lần.", "en": "Mrs Mẩy tells how one cloth is dyed twelve times."},
        {"vi": "Lá chàm hái lúc sương chưa tan, ngâm ba ngày trong chum.\n\nMỗi lần nhuộm, vải phơi một nắng. Mười hai lần nhuộm là gần một tháng.", "en": "The leaves are picked before the dew has gone and lie three days in a jar.\n\nAfter each bath the cloth dries for one day in the sun. Twelve baths take almost a month."},
    ),
    (
        {"vi": "Cây cầu treo năm ấy", "fr": "Le pont suspendu"},
        {"vi": "Cả thôn góp dây, góp gỗ, góp công trong bảy ngày.", "fr": "Tout le village a donné cordes, bois et bras, en sept jours."},
        {"vi": "Ngày chưa có cầu, trẻ con đi học phải lội suối.\n\nBảy ngày làm cầu, không nhà nào vắng.", "fr": "Avant le pont, les enfants passaient le ruisseau à gué.\n\nEn sept jours, aucune famille n’a manqué."},
    ),
    (
        {"vi": "Tổ công nghệ số đi từng nhà"},
        {"vi": "Sáu tháng, ba tình nguyện viên, hơn hai trăm ngôi nhà."},
        {"vi": "Có cụ tám mươi tuổi lần đầu gọi hình cho cháu.\n\nCó nhà hỏi nhiều nhất là: ai gọi điện xin mã thì làm sao? Tắt máy, và hỏi lại chúng tôi."},
    ),
)  # fmt: skip
PRODUCTS: tuple[tuple[Texts, Texts, int | None, str, str], ...] = (
    ({"vi": "Chè Shan tuyết", "fr": "Thé Shan", "en": "Snow Shan tea"}, {"vi": "Chè cây cổ thụ, hái tay, sao củi.", "fr": "Feuilles de vieux arbres, cueillies à la main.", "en": "From old trees, picked by hand, roasted over wood."}, 4, "Hợp tác xã chè ví dụ", "120.000 đ / gói 200 g"),
    ({"vi": "Mật ong hoa bạc hà", "en": "Mint-flower honey"}, {"vi": "Mật mùa đông, lọc một lần, không đun.", "en": "Winter honey, filtered once, never heated."}, 4, "Hộ nuôi ong ví dụ", "250.000 đ / lít"),
    ({"vi": "Gạo Séng Cù", "en": "Séng Cù rice"}, {"vi": "Gạo ruộng bậc thang, xay theo đơn."}, 3, "Hợp tác xã lúa ví dụ", "38.000 đ / kg"),
    ({"vi": "Vải chàm thêu tay", "fr": "Étoffe indigo brodée"}, {"vi": "Khăn, túi, vỏ gối; nhuộm mười hai lần.", "fr": "Foulards, sacs et coussins, douze bains de teinture."}, 3, "Nhóm phụ nữ thêu ví dụ", "từ 80.000 đ"),
    ({"vi": "Rượu ngô men lá"}, {"vi": "Nấu bằng men lá rừng; chỉ bán cho người từ 18 tuổi."}, None, "Hộ nấu rượu ví dụ", "90.000 đ / lít"),
    ({"vi": "Măng khô"}, {"vi": "Măng vầu phơi nắng, không tẩm gì."}, None, "Hộ gia đình ví dụ", "160.000 đ / kg"),
)  # fmt: skip


def build(unit: Unit, fallback: Account, at: datetime) -> int:
    """Write and publish all pages by the real acts; return how many.

    fallback  who becomes their editor where nobody is one yet
    """
    by = _editor(unit, fallback, at)
    made = 0
    for title, summary, place, north, east in PLACES:
        page = commons.make_page(
            unit=unit, kind="place", texts={"title": title, "summary": summary, "text": _told({}, summary)}, by=by,
            at=at, place=place, latitude=north, longitude=east,
        )  # fmt: skip
        made += _show(page, f"Hình vẽ minh hoạ: {title['vi']}", made, by, at)
    for title, summary, text in STORIES:
        texts = {"title": title, "summary": summary, "text": _told(text, text)}
        made += _show(commons.make_page(unit=unit, kind="story", texts=texts, by=by, at=at), "", made, by, at)
    for n, (title, summary, stars, seller, price) in enumerate(PRODUCTS):
        page = commons.make_page(
            unit=unit, kind="product", texts={"title": title, "summary": summary, "text": _told({}, summary)},
            by=by, at=at, **_sold(n, stars, seller, price, local_date(at)),
        )  # fmt: skip
        made += _show(page, f"Hình vẽ minh hoạ: {title['vi']}", made, by, at)
    return made


def _sold(n: int, stars: int | None, seller: str, price: str, on: date) -> dict[str, Any]:
    """Return the facts of a product; accounts of zeros belong to nobody."""
    facts: dict[str, Any] = {
        "stars": stars, "decision": f"QĐ ví dụ số 0{n}/QĐ-UBND" if stars else "", "seller": seller, "price": price,
    }  # fmt: skip
    if stars == 4:
        facts |= {
            "shop_url": "https://example.com/", "bank_bin": "970405", "bank_account": f"00000000000{n}",
            "bank_holder": "TAI KHOAN VI DU", "phone": "0214 3000 000", "agreed_on": on,
        }  # fmt: skip
    return facts


def _told(text: Texts, like: Texts) -> Texts:
    """Return the text with the sentence that all is invented, in the languages of the page."""
    return {code: f"{text[code]}\n\n{INVENTED[code]}" if code in text else INVENTED[code] for code in like}


def _show(page: Any, says: str, n: int, by: Account, at: datetime) -> int:
    if says:
        commons.add_picture(page=page, data=hills(n), says={"vi": says}, by=by, at=at)
    commons.publish(page=page, by=by, at=at)
    return 1


def _editor(unit: Unit, fallback: Account, at: datetime) -> Account:
    on = local_date(at)
    found = policy.holders(EDIT, unit.pk, None, on)
    if found:
        return found[0]
    directory.appoint(account=fallback, role="digital_officer", unit=unit, valid_from=on, by=None, at=at)
    return fallback


def hills(n: int) -> bytes:
    """Return a drawn picture as PNG of 600 by 400: three rows of hills under a sky, other ones for each number."""
    rows = bytearray()
    ridges = [
        [_ridge(x, layer, n) for x in range(WIDTH)]
        for layer in range(3)
    ]  # fmt: skip
    for y in range(HEIGHT):
        rows.append(0)
        rows += bytes(
            max((layer + 1 for layer in range(3) if y >= ridges[layer][x]), default=0) for x in range(WIDTH)
        )
    palette = ((230, 237, 246), (150, 176, 205), (60, 103, 140), (31, 63, 104))
    shift = (n * 17) % 40
    colours = bytes(
        min(255, part + (shift if at == 1 else 0)) for one in palette for at, part in enumerate(one)
    )
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"IDAT", zlib.compress(bytes(rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _ridge(x: int, layer: int, n: int) -> float:
    """Return how far below the top of the picture a row of hills begins at x."""
    wave = math.sin(x / (90 - 20 * layer) + n * 1.7 + layer) + 0.5 * math.sin(x / 31 + n + layer * 2)
    return 150 + layer * 75 - 38 * wave


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
