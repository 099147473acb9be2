"""What takes something away says so first, asks once more, and can be undone from the page that it leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory import actions
from dinh.directory.models import Closure, Delegation, Grant
from dinh.directory.tests.cast import Cast
from dinh.web.desk.models import SavedFilter
from dinh.web.desk.tests.conftest import Seat

ADMIN = "/vi/desk/admin/"
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FOLD = re.compile(r"<details\b[^>]*>(?:(?!</details>).)*</details>", re.S)


def forms(page: str, action: str) -> list[dict[str, list[str]]]:
    """Return the hidden fields of each form of a page that is sent to an address."""
    found = []
    for form in FORM.findall(page):
        if f'action="{action}"' in form:
            fields: dict[str, list[str]] = {}
            for name, value in FIELD.findall(form):
                if name != "csrfmiddlewaretoken":
                    fields.setdefault(name, []).append(value)
            found.append(fields)
    return found


def opened(client: Client, path: str) -> str:
    return str(client.get(f"{ADMIN}{path}").content.decode())


def folded(page: str, action: str) -> bool:
    """Tell whether a form stands in a fold that is closed, with a sentence before its button."""
    folds = [fold for fold in FOLD.findall(page) if f'action="{action}"' in fold]
    return bool(folds) and all(
        "<details open" not in fold and 'class="hint"' in fold and "button danger" in fold for fold in folds
    )


def test_a_role_is_withdrawn_behind_a_fold_and_given_again_with_one_button(cast: Cast, at_desk: Seat) -> None:
    client, path = at_desk(cast.administrator), f"accounts/{cast.clerk.pk}/"
    grant = cast.clerk.grants.get()
    Grant.objects.filter(pk=grant.pk).update(procedures=["birth_registration", "certified_copy"])
    withdraw, appoint = f"{ADMIN}grants/{grant.pk}/withdraw", f"{ADMIN}{path}appoint"
    assert folded(opened(client, path), withdraw)

    client.post(withdraw)
    page = opened(client, path)
    again = [fields for fields in forms(page, appoint) if "role" in fields]

    assert withdraw not in page
    assert client.post(appoint, again[0]).status_code == 302
    fresh = cast.clerk.grants.exclude(pk=grant.pk).get()
    assert (fresh.role, fresh.unit_id, fresh.valid_from) == (grant.role, grant.unit_id, timezone.localdate())
    assert fresh.procedures == ["birth_registration", "certified_copy"]
    # Held again, it is not offered a second time.
    assert [fields for fields in forms(opened(client, path), appoint) if "role" in fields] == []


def test_a_role_that_has_not_begun_is_taken_back_too(cast: Cast, at_desk: Seat) -> None:
    client, path = at_desk(cast.administrator), f"accounts/{cast.clerk.pk}/"
    begins = timezone.localdate() + timedelta(days=30)
    grant = Grant.objects.create(account=cast.clerk, role="auditor", unit=cast.cocsan, valid_from=begins)
    withdraw = f"{ADMIN}grants/{grant.pk}/withdraw"
    assert folded(opened(client, path), withdraw)

    assert client.post(withdraw).status_code == 302
    page = opened(client, path)
    again = [fields for fields in forms(page, f"{ADMIN}{path}appoint") if "role" in fields]

    grant.refresh_from_db()
    assert grant.valid_to == begins
    assert withdraw not in page
    assert again == [{"role": ["auditor"], "unit": [str(cast.cocsan.pk)], "valid_from": [begins.isoformat()]}]


def test_a_role_over_another_commune_is_not_offered_again_from_here(cast: Cast, at_desk: Seat) -> None:
    today = timezone.localdate()
    Grant.objects.create(
        account=cast.clerk, role="clerk", unit=cast.next_commune,
        valid_from=today - timedelta(days=9), valid_to=today,
    )  # fmt: skip

    path = f"accounts/{cast.clerk.pk}/"
    offered = forms(opened(at_desk(cast.administrator), path), f"{ADMIN}{path}appoint")

    assert [fields for fields in offered if "role" in fields] == []


def lend(cast: Cast) -> Delegation:
    today = timezone.localdate()
    return actions.delegate(
        grant=cast.leader.grants.get(), to=cast.chair, valid_from=today - timedelta(days=1),
        valid_to=today + timedelta(days=5), reference="12/GUQ", by=cast.administrator, at=timezone.now(),
    )  # fmt: skip


def test_a_lent_signature_is_ended_behind_a_fold_and_entered_again(cast: Cast, at_desk: Seat) -> None:
    client, path, lent = at_desk(cast.administrator), f"accounts/{cast.leader.pk}/", lend(cast)
    revoke, delegate = f"{ADMIN}delegations/{lent.pk}/revoke", f"{ADMIN}{path}delegate"
    assert folded(opened(client, path), revoke)

    client.post(revoke)
    again = [fields for fields in forms(opened(client, path), delegate) if "grant" in fields]

    assert client.post(delegate, again[0]).status_code == 302
    fresh = Delegation.objects.exclude(pk=lent.pk).get()
    assert (fresh.to, fresh.valid_to, fresh.reference) == (cast.chair, lent.valid_to, "12/GUQ")
    assert fresh.valid_from == timezone.localdate()


def test_an_account_is_closed_behind_a_fold_and_opened_again(cast: Cast, at_desk: Seat) -> None:
    client, path = at_desk(cast.administrator), f"accounts/{cast.clerk.pk}/"
    close, reset = f"{ADMIN}{path}close", f"{ADMIN}{path}reset"
    page = opened(client, path)
    assert folded(page, close) and folded(page, reset)

    client.post(close, forms(page, close)[0])
    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active
    client.post(close, forms(opened(client, path), close)[0])

    cast.clerk.refresh_from_db()
    assert cast.clerk.is_active


def test_closing_an_account_twice_does_not_open_it(cast: Cast, at_desk: Seat) -> None:
    client, close = at_desk(cast.administrator), f"{ADMIN}accounts/{cast.clerk.pk}/close"

    for _time in range(2):
        assert client.post(close, {"to": "closed"}).status_code == 302

    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active


def test_nobody_is_offered_to_take_something_from_themself(cast: Cast, at_desk: Seat) -> None:
    page = opened(at_desk(cast.administrator), f"accounts/{cast.administrator.pk}/")

    assert not any(word in page for word in ("/withdraw", "/close", "/reset", "/appoint"))


def test_a_closed_day_is_taken_back_behind_a_fold_and_closed_again_from_the_form(
    cast: Cast, at_desk: Seat
) -> None:
    client, on = at_desk(cast.administrator), timezone.localdate() + timedelta(days=3)
    day: dict[str, Any] = {
        "office": str(cast.offices["service_centre"].pk), "on": on.isoformat(), "part": "morning", "reason": "Bão & lũ",
    }  # fmt: skip
    client.post(f"{ADMIN}closures/", day)
    reopen = f"{ADMIN}closures/{Closure.objects.get().pk}/open"
    assert folded(opened(client, "closures/"), reopen)

    page = client.post(reopen, follow=True)
    assert not Closure.objects.exists()
    form = page.context["form"]
    client.post(f"{ADMIN}closures/", {name: form[name].value() for name in day})

    again = Closure.objects.get()
    assert (again.on, again.part, again.reason) == (on, "morning", "Bão & lũ")


@pytest.mark.parametrize("given", ["office=x&on=never&part=night", "reason=" + "a" * 500])
def test_an_address_with_nonsense_only_fills_the_form_in(cast: Cast, at_desk: Seat, given: str) -> None:
    answer = at_desk(cast.administrator).get(f"{ADMIN}closures/?{given}")

    assert answer.status_code == 200
    assert not answer.context["form"].errors


def test_a_filter_that_is_deleted_shows_what_it_showed(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.examiner)
    client.post("/vi/desk/filters/save", {"view": "all", "state": "late", "name": "Trễ"})

    answer = client.post(f"/vi/desk/filters/{SavedFilter.objects.get().pk}/delete")

    assert answer["Location"] == "/vi/desk/?view=all&state=late"
    assert not SavedFilter.objects.exists()
