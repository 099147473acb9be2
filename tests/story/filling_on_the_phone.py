"""Filling a request on the telephone as a volunteer does: question after question, until the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dinh.web.field.tests.browser.phone import Phone

STEPS_MOST = 25


def fill_and_file(phone: Phone, answers: Mapping[str, Any], witness: str) -> str:
    """Answer what is asked and visible, page by page; give consent by spoken word; return the receipt code."""
    page = phone.page
    for _step in range(STEPS_MOST):
        if page.locator(".receipt .code").count():
            return phone.receipt()
        if page.locator("input[name=how][value=spoken]").count():
            page.locator("input[name=how][value=spoken]").check()
            page.locator("#witness").fill(witness)
        for asked in page.locator("form.step [data-field]:visible").all():
            name = asked.get_attribute("data-field") or ""
            if name in answers:
                _answer(asked, name, str(answers[name]))
        _go_on(page)
    raise AssertionError(page.locator("main").inner_text())


def _answer(asked: Any, name: str, value: str) -> None:
    radio = asked.locator(f"input[type=radio][value='{value}']")
    if radio.count():
        radio.check()
    elif asked.locator("select").count():
        asked.locator("select").first.select_option(value)
    else:
        asked.locator(f"[name='{name}']").first.fill(value)


def _go_on(page: Any) -> None:
    """Press "Continue" and wait for the next step, or for the receipt; a fault that is shown is told."""
    step = page.locator("form.step")
    before = step.inner_text()
    step.locator(".actions .button").last.click()
    for _try in range(100):
        page.wait_for_timeout(50)
        if page.locator("form.step .error-summary:visible, main .error-summary:visible").count():
            raise AssertionError(page.locator("main").inner_text())
        if not step.count() or step.inner_text() != before:
            return
    raise AssertionError(page.locator("main").inner_text())
