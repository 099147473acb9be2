"""What cannot be shown beside the list says so in a sentence there; sign-in takes the whole window."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier
from dinh.web.desk.tests.making import make_dossier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/vi/desk/?view=all"


@pytest.fixture
def two(cast: Cast) -> list[Dossier]:
    """Two dossiers on the list: the first one is pressed, the other one stays."""
    return [make_dossier(cast), make_dossier(cast)]


def opened(seat: Any, account: Any, address: str = "") -> Any:
    """Return a page that shows the worklist; its first line leads to another address when one is given."""
    page = seat(account).open(LIST)
    page.locator("tr[data-row]").nth(1).wait_for()
    if address:
        page.locator("a[data-open]").first.evaluate("(link, to) => { link.href = to }", address)
    return page


def said_in_the_pane(page: Any) -> str:
    """Press the first line and return the sentence in the pane; nothing else may stand there, the list stays."""
    page.locator("a[data-open]").first.click()
    page.locator("#pane [role=alert]").wait_for()
    assert page.locator("#pane :is(main, header, h1, nav)").count() == 0
    assert page.locator("tr[data-row]").count() > 1
    assert page.url.endswith(LIST)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    return str(page.locator("#pane").inner_text())


def test_a_dossier_that_is_not_there(cast: Cast, two: list[Dossier], seat: Any) -> None:
    page = opened(seat, cast.reception, "/vi/desk/dossier/H38.027.46.01-261121-9999/")

    assert "không" in said_in_the_pane(page).lower()


def test_an_address_that_leads_nowhere(cast: Cast, two: list[Dossier], seat: Any) -> None:
    assert "Không có gì ở đây" in said_in_the_pane(opened(seat, cast.reception, "/vi/desk/no-such-page/"))


def test_a_page_that_is_not_for_this_account(cast: Cast, two: list[Dossier], seat: Any) -> None:
    assert said_in_the_pane(opened(seat, cast.reception, "/vi/desk/admin/accounts/"))


@pytest.mark.parametrize("status", [200, 502])
def test_a_whole_page_from_a_machine_before_ours(
    cast: Cast, two: list[Dossier], seat: Any, status: int
) -> None:
    page = opened(seat, cast.reception)
    page.route(
        "**/dossier/**",
        lambda route: route.fulfill(
            status=status,
            content_type="text/html",
            body="<!doctype html><html><main><h1>Bad gateway</h1></main>",
        ),
    )

    assert "Bad gateway" not in said_in_the_pane(page)


def test_no_line(cast: Cast, two: list[Dossier], seat: Any) -> None:
    page = opened(seat, cast.reception)
    page.context.set_offline(True)
    said = said_in_the_pane(page)

    page.context.set_offline(False)
    page.locator("a[data-open]").first.click()
    page.locator("#pane .dossier").wait_for()

    assert "Hãy thử lại" in said
    assert page.locator("#pane [role=alert]").count() == 0


def test_signing_in_again_takes_the_whole_window_and_leads_to_what_was_asked(
    cast: Cast, two: list[Dossier], seat: Any
) -> None:
    page = opened(seat, cast.reception)
    wanted = page.locator("a[data-open]").first.get_attribute("href")
    page.context.clear_cookies()

    page.locator("a[data-open]").first.click()
    page.wait_for_url("**/account/login/**")

    assert wanted in page.url
    assert page.locator("input[name=password]").is_visible()
    assert page.locator("#pane").count() == 0


def test_a_filter_used_without_a_line_keeps_the_list(cast: Cast, two: list[Dossier], seat: Any) -> None:
    page = opened(seat, cast.reception)
    before = page.locator("tr[data-row]").count()
    page.context.set_offline(True)

    page.locator("#f-order").select_option("number")
    page.locator("#results [role=alert]").wait_for()

    assert page.locator("tr[data-row]").count() == before
