"""What was asked when is known: a form never in force here, or replaced long ago, is filled in again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.catalogue import store
from dinh.catalogue.models import Published
from dinh.outreach.actions import accepting
from dinh.outreach.models import Visit
from dinh.outreach.tests.sending import NOW, Field, row_of

DAY = timedelta(days=1)


@pytest.fixture
def older(field: Field) -> None:
    """The form of visits was replaced a hundred days ago."""
    current = store.get().activities["visit"]
    for version, days in (("2025.1", 400), (current.version, 100)):
        Published.objects.update_or_create(
            kind="activity", item="visit", version=version,
            defaults={"format": 1, "digest": "", "content": {}, "published_at": NOW - days * DAY},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("version", "days_ago", "code"),
    [
        pytest.param("", 0, "", id="in-force"),
        pytest.param("2025.1", 11, "", id="replaced-not-long-before-it-was-filled-in"),
        pytest.param("2025.1", 9, "form_expired", id="replaced-too-long-before"),
        pytest.param("1999.9", 0, "form_unknown", id="never-in-force-here"),
    ],
)
def test_an_activity_was_in_force(field: Field, older: None, version: str, days_ago: int, code: str) -> None:
    version = version or store.get().activities["visit"].version
    op = field.phone.visit(field.house[1], at=NOW - days_ago * DAY) | {
        "form": "visit",
        "form_version": version,
    }

    assert field.phone.send(op, at=NOW + DAY)[0]["code"] == code
    assert Visit.objects.count() == (0 if code else 1)


def test_one_that_never_was_a_form_is_unknown(field: Field) -> None:
    op = field.phone.visit(field.house[1]) | {"form": "no_such", "form_version": "1"}

    assert field.phone.send(op)[0]["code"] == "form_unknown"


def test_what_the_desk_accepts_needs_no_form_in_force(field: Field, older: None) -> None:
    field.phone.device.revoked_at = NOW
    field.phone.device.save()
    op = field.phone.visit(field.house[1]) | {"form": "visit", "form_version": "1999.9"}
    field.phone.send(op)

    accepting.accept(operation=row_of(op), reason="Đúng", version=1, by=field.khoa, at=NOW + DAY)

    assert Visit.objects.count() == 1
