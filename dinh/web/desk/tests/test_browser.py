"""The desk in a real browser: no accessibility fault on any page, keys that press what one sees.

Screenshots go to the folder named by DESK_SHOTS, for people to look at.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier, Status
from dinh.web.desk.tests.browsing import WIDTHS, Seat, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# Every page on a telephone is looked at in `tests/story/test_pages.py`; here the desk's many states, where there is room.
@pytest.mark.parametrize(
    "width", [pytest.param(width, marks=[] if width == "wide" else pytest.mark.long) for width in WIDTHS]
)
@pytest.mark.parametrize(
    "language", ["vi", pytest.param("fr", marks=pytest.mark.long), pytest.param("en", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.long)])
def test_axe_finds_nothing_and_nothing_runs_over(
    cast: Cast, desk: dict[str, Dossier], seat: Any, width: str, language: str, every: int
) -> None:
    """One page of six each day, another each day; `long` takes all."""
    found: dict[str, Any] = {}
    seats: dict[str, Seat] = {}
    turn = timezone.localdate().toordinal() % every
    for name, account, path in list(pages(cast, desk))[turn::every]:
        one = seats.setdefault(account.username, seat(account, width))
        one.open(path.replace("/vi/", f"/{language}/", 1))
        if language == "vi":
            one.shoot(name)
        faults = [*one.axe(), *one.faults, *(["runs over the screen"] if one.overflow() else [])]
        one.faults.clear()
        if faults:
            found[name] = faults

    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def test_keys_move_open_and_act(cast: Cast, desk: dict[str, Dossier], seat: Any) -> None:
    one = seat(cast.reception)
    page = one.open("/vi/desk/?view=receive")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.locator("#pane .dossier").wait_for()
    one.shoot("pane")
    assert desk["filed"].applicant_name in page.locator("#pane").inner_text()
    page.keyboard.press("n")
    page.wait_for_url("**/dossier/**")

    desk["filed"].refresh_from_db()
    assert desk["filed"].status == Status.ACCEPTED
    assert one.faults == []


def test_the_order_of_the_list_changes_at_once_and_the_filters_unfold(
    cast: Cast, desk: dict[str, Dossier], seat: Any
) -> None:
    one = seat(cast.reception, "narrow")
    page = one.open("/vi/desk/?view=all")
    assert not page.locator("#f-procedure").is_visible()

    page.locator("#f-order").select_option("number")
    page.wait_for_url("**order=number**")
    page.locator("details.more > summary").click()
    page.locator("#f-channel").select_option("1")
    page.wait_for_url("**channel=1**")

    assert "Không có hồ sơ" in page.locator("#results").inner_text()
    assert page.locator("#f-channel").is_visible()
    assert [*one.axe(), *one.faults] == []


def test_the_list_one_came_from_stands_beside_the_dossier(
    cast: Cast, desk: dict[str, Dossier], seat: Any
) -> None:
    page = seat(cast.reception, "narrow").open("/vi/desk/?view=all&order=name")

    page.locator("a[data-open]").first.click()
    page.wait_for_url("**/dossier/**")

    back = page.locator("#beside a").first.get_attribute("href") or ""
    assert "view=all" in back
    assert "order=name" in back


def test_keys_only_write_while_one_types(cast: Cast, desk: dict[str, Dossier], seat: Any) -> None:
    page = seat(cast.reception).open(f"/vi/desk/dossier/{desk['filed'].number}/")
    page.keyboard.press("s")
    page.locator(
        "#panel-request_supplement input[type=text], #panel-request_supplement select"
    ).first.wait_for()
    page.locator("#panel-request_supplement input[name^='note:']").first.fill("")
    page.keyboard.type("nnn")

    desk["filed"].refresh_from_db()
    assert desk["filed"].status == Status.SUBMITTED
    assert page.locator("#panel-request_supplement input[name^='note:']").first.input_value() == "nnn"


def test_keys_can_be_switched_off_and_stay_off(cast: Cast, desk: dict[str, Dossier], seat: Any) -> None:
    one = seat(cast.reception)
    page = one.open(f"/vi/desk/dossier/{desk['filed'].number}/")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    one.shoot("keys-dialog")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("n")
    page.wait_for_timeout(300)

    desk["filed"].refresh_from_db()
    assert desk["filed"].status == Status.SUBMITTED


def test_the_chair_reads_and_approves_from_the_keyboard(
    cast: Cast, desk: dict[str, Dossier], seat: Any
) -> None:
    one = seat(cast.leader)
    page = one.open("/vi/desk/chair/")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.locator("#pane .dossier").wait_for()
    one.shoot("chair-reading")
    page.keyboard.press("a")
    page.locator(".file.done").wait_for()

    desk["examined"].refresh_from_db()
    assert desk["examined"].status == Status.FINISHED
    assert page.locator("#status").inner_text() != ""
    assert one.faults == []


def test_the_filter_changes_the_list_and_the_address_and_back_restores(
    cast: Cast, desk: dict[str, Dossier], seat: Any
) -> None:
    page = seat(cast.reception).open("/vi/desk/?view=all")
    before = page.locator("tr[data-row]").count()

    page.locator("details.more > summary").click()
    page.locator("#f-state").select_option("late")
    page.wait_for_url("**state=late**")
    page.locator("tr[data-row]").nth(1).wait_for(state="detached")
    assert page.locator("tr[data-row]").count() == 1
    page.go_back()
    page.wait_for_url("**view=all")

    page.locator("tr[data-row]").nth(1).wait_for()
    assert page.locator("tr[data-row]").count() == before


def test_a_scanner_sends_the_card_by_itself(cast: Cast, desk: dict[str, Dossier], seat: Any) -> None:
    one = seat(cast.reception)
    page = one.open("/vi/desk/counter/")

    page.keyboard.press("s")
    page.keyboard.insert_text("010075001234||Vàng Văn Phúc|12031975|Nam|Ún Tà, Cốc San, Lào Cai|05062022")
    page.locator("table.compare").wait_for()
    one.shoot("card")

    assert "Vàng Văn Phúc" in page.locator("h1").inner_text()
    assert one.axe() == []


def test_without_script_the_desk_still_works(
    cast: Cast, desk: dict[str, Dossier], chromium: Any, live_server: Any
) -> None:
    client = Client()
    client.force_login(cast.leader)
    context = chromium.new_context(java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/vi/desk/chair/")
    page.locator(f"#m-{desk['examined'].pk}").check()
    page.locator(".chair-bar button.button:not(.second)").click()

    desk["examined"].refresh_from_db()
    assert desk["examined"].status == Status.FINISHED
    context.close()
