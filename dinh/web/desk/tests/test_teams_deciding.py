"""The pages on which the desk decides what phones saw differently, and what waits."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import settled
from dinh.outreach.models import Conflict, Visit
from dinh.outreach.tests.sending import make_field, row_of


def test_both_values_are_shown_and_one_is_kept(cast: Cast, client: Client) -> None:
    field = make_field(settled(cast))
    op = field.phone.facts(field.phuc, {"full_name": ["Vàng Văn Phúc", "Vàng Văn Phức"]})
    field.phone.send(op)
    client.force_login(field.khoa)
    found = Conflict.objects.get()

    page = client.get(reverse("desk:teams_conflicts")).content.decode()
    assert "Vàng Văn Phức" in page and field.nga.full_name in page

    address = reverse("desk:teams_conflict_act", args=[found.pk, "keep"])
    client.post(address, {"version": "1", "reason": "Đúng theo sổ"})
    found.refresh_from_db()
    assert (found.state, found.decided_by_id) == ("kept", field.khoa.pk)


def test_what_waits_is_accepted(cast: Cast, client: Client) -> None:
    field = make_field(settled(cast))
    field.phone.device.revoked_at = timezone.now()
    field.phone.device.save()
    field.phone.send(op := field.phone.visit(field.house[1]))
    client.force_login(field.khoa)

    assert op["receipt"] in client.get(reverse("desk:teams_review")).content.decode()

    address = reverse("desk:teams_review_act", args=[op["op_id"], "accept"])
    client.post(address, {"version": "1", "reason": "Đã hỏi chị Nga"})
    assert (row_of(op).state, Visit.objects.count()) == ("applied", 1)
