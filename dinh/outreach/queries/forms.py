"""Whether a form that a telephone filled in was ever in force here, and when it was replaced."""

from __future__ import annotations

from datetime import date, timedelta

from dinh.catalogue import store
from dinh.catalogue.models import Published
from dinh.lib.dates import local_date
from dinh.outreach.rules.kinds import Plain
from dinh.outreach.rules.reasons import Unacceptable

OLD_FORMS = timedelta(days=90)  # a form that was replaced is still accepted so long after


def require_activity(frame: Plain, on: date) -> None:
    """Raise Unacceptable (form_unknown, form_expired) for an activity that was not in force when it was filled in.

    No query for the version in force, one for another. A request names a procedure, whose applier asks for its version;
    what is told without a form has none to ask about.
    """
    if not frame.form or frame.kind == "filing":
        return
    current = store.get().activities.get(frame.form)
    if current is None or current.version != frame.form_version:
        require_not_expired("activity", frame.form, frame.form_version, on)


def require_not_expired(kind: str, item: str, version: str, on: date) -> None:
    """Raise Unacceptable: form_unknown for a version that was never published here, form_expired for one replaced too long ago.

    on  local day on which it was filled in

    One query.
    """
    published = dict(Published.objects.filter(kind=kind, item=item).values_list("version", "published_at"))
    mine = published.get(version)
    if mine is None:
        raise Unacceptable("form_unknown")
    replaced = min((one for one in published.values() if one > mine), default=None)
    if replaced is not None and on > local_date(replaced + OLD_FORMS):
        raise Unacceptable("form_expired")
