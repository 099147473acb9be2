"""The app before the real node: enrolled with a code of the desk, its acts become rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.journal.testing import settle
from dinh.outreach.actions import devices
from dinh.outreach.models import Assistance, Difficulty, Operation, PersonProfile, Visit
from dinh.outreach.tests.enrolled import make_field, make_house, people_of
from dinh.web.field.tests.browser.phone import Phone
from dinh.web.field.tests.browser.test_troubles import send_now

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_a_day_in_the_village_is_in_the_register_in_the_evening(
    chromium: Any, live_server: Any, cast: Cast, transactional_db: None
) -> None:
    field = make_field(cast)
    house = make_house(cast.un_ta, cast.cocsan, 7)
    head = people_of(house)[0]
    _row, code = devices.make_enrol_code(account=field.volunteer, by=field.officer, at=timezone.now())
    phone = Phone(chromium, live_server.url)
    phone.enrol(code)
    phone.offline()

    visit = phone.visit(str(house.pk))
    phone.go(f"person/{head}")
    phone.press("Việc đã giúp")
    phone.page.locator("input[name=kind], select[name=kind]").first.wait_for()
    kind = phone.page.locator("[data-field=kind]")
    if kind.locator("select").count():
        kind.locator("select").select_option("eid_2")
    else:
        kind.locator("input[value=eid_2]").check()
    outcome = phone.page.locator("[data-field=outcome]")
    outcome.locator("input[value=done]").check()
    while phone.page.locator("form.step").count():
        phone.page.locator("form.step .actions .button").click()
        phone.page.wait_for_timeout(150)
    phone.receipt()
    phone.go(f"house/{house.pk}")
    phone.press("Ghi khó khăn")
    choice = phone.page.locator("[data-field=kind]")
    choice.wait_for()
    if choice.locator("select").count():
        choice.locator("select").select_option("network")
    else:
        choice.locator("input[value=network]").check()
    phone.page.locator("[data-field=words] textarea, [data-field=words] input").fill("Ở đây không có sóng.")
    phone.press("Xong, ghi lại")
    phone.receipt()
    phone.offline(False)

    said = send_now(phone)

    told = {op.kind: (op.state, op.code) for op in Operation.objects.all()}
    assert told == dict.fromkeys(("visit", "assistance", "difficulty"), ("applied", ""))
    assert said == "Xã đã nhận đủ."
    settle()
    assert Visit.objects.get().met == [str(head)]
    assert Operation.objects.get(kind="visit").receipt == visit
    assert (Assistance.objects.get().visit, Difficulty.objects.get().words) == (
        Visit.objects.get().pk,
        "Ở đây không có sóng.",
    )
    assert PersonProfile.objects.filter(person=head).exists()
    assert phone.complaints == []
    phone.close()
