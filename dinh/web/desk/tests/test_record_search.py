"""A record looked for in a form at the counter: found by those who read its register, and written down."""

from __future__ import annotations

import pytest
from django.utils import timezone

from dinh.catalogue import layout, store
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.tests.world import World, settled
from dinh.journal.models import Access
from dinh.web.desk.tests.conftest import Seat


@pytest.fixture
def world(cast: Cast) -> World:
    return settled(cast)


def searched(world: World, officer: Account, at_desk: Seat) -> str:
    """Return the page after the officer has looked for Mr Phúc's birth, for Mrs Lan who has none."""
    draft = actions.begin_draft(
        procedure="civil_status_extract_copy", unit=world.cast.cocsan, account=None, person=world.lan, helper=officer,
        consent={"how": "spoken"}, at=timezone.now(),
    )  # fmt: skip
    pages = layout.pages(store.get_procedure(draft.procedure))
    page = next(one.id for one in pages if "birth_record" in {field.id for field in one.fields})
    sent = {
        "event": "birth",
        "for_whom": "other",
        "birth_record__query": "vang van phuc",
        "_search": "birth_record",
    }
    client = at_desk(officer)
    client.post(f"/vi/desk/counter/draft/{draft.code}/page/{pages[0].id}", sent)
    return client.post(f"/vi/desk/counter/draft/{draft.code}/page/{page}", sent).content.decode()


def test_what_a_search_in_a_form_showed_is_written_down(world: World, at_desk: Seat) -> None:
    html = searched(world, world.cast.reception, at_desk)

    assert str(world.birth.pk) in html
    row = Access.objects.get(kind="search", subject_type="record")
    assert row.shown == [world.birth.pk.hex]
    assert (row.actor, row.purpose) == (world.cast.reception.pk, "register:births")


def test_those_whose_role_does_not_read_the_register_find_nothing_in_it(world: World, at_desk: Seat) -> None:
    html = searched(world, world.cast.police_officer, at_desk)

    assert str(world.birth.pk) not in html
    assert not Access.objects.filter(subject_type="record").exists()
