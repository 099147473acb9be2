"""Administrators are told of a change of places that could not take effect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory.changes import agreeing, drafting
from dinh.directory.changes.decisions import of_data
from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.changes.settings import NOON, merger
from dinh.journal.models import Entry
from dinh.messages import places
from dinh.messages.models import Message

pytestmark = pytest.mark.django_db


def test_they_read_why_once(cast: Cast) -> None:
    account = make_account("tinh", "Hoàng Quản Tỉnh")
    make_grant(account, "administrator", cast.province)
    change = drafting.draft(decision=of_data(merger()), by=None, at=NOON - timedelta(days=3))
    change = agreeing.agree(change=change, by=None, at=NOON - timedelta(days=3))
    agreeing.stop(change=change, because=["Hai tài khoản của một người."], at=NOON)

    for _twice in range(2):
        places.on_stopped(Entry.objects.get(kind="directory.change_stopped"))

    (message,) = Message.objects.filter(account=account.pk)
    assert "Thành lập xã Mây Xanh" in message.title
    assert "Hai tài khoản của một người." in message.body
    assert (message.subject_type, message.subject) == ("unitchange", change.pk)
