"""What somebody can do after a gathering is known of the person, too."""

from __future__ import annotations

from datetime import timedelta

from dinh.catalogue.queries import codes_of
from dinh.outreach.models import PersonProfile, Workshop
from dinh.outreach.tests.sending import NOW, Field, states


def test_a_skill_learnt_at_a_gathering_is_the_persons(field: Field) -> None:
    skill = (codes_of("basic_skills") or [])[0]
    workshop = Workshop.objects.create(
        unit=field.cast.un_ta, lead=field.nga, title="Học", kind="training", place="Nhà văn hoá",
        starts_at=NOW - timedelta(hours=1), ends_at=NOW, code="W7M29QXT",
    )  # fmt: skip
    body = {
        "workshop": workshop.pk,
        "person": field.phuc[1],
        "way": "list",
        "before": {skill: 0},
        "after": {skill: 2},
    }

    result = field.phone.send(field.phone.op("attendance", body))

    assert states(result) == ["applied"]
    assert PersonProfile.objects.get(person=field.phuc[1]).skills == {skill: 2}
