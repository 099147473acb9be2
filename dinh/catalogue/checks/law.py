"""What the law asks of a procedure: its steps, what may not be asked for, versions, validity."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from pydantic import ValidationError

from dinh.catalogue.checks.look import Look
from dinh.catalogue.contents import tuples
from dinh.catalogue.digest import Versioned, digest
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.catalogue.shapes.others import Register
from dinh.catalogue.shapes.procedure import Procedure
from dinh.lib.errors import Fault
from dinh.lib.names import fold

ORDER = ("receive", "examine", "approve", "return")
HELD = {"population", "register:population", "register:residence_changes"}  # the house has it of everyone
SECRET = re.compile(
    r"\b(password|passwd|passcode|otp|pin|cvv|cvc|secret|mat khau|ma xac thuc|ma xac nhan|ma pin|mot de passe|"
    r"code de confirmation|code a usage unique|one time code)\b"
)


def steps_are_in_order(look: Look) -> Iterator[Fault]:
    """One reception first, one approval, one return last; shares make a whole."""
    for id, procedure in look.catalogue.procedures.items():
        path = f"{look.where('procedures', id)}: steps"
        kinds = [step.kind for step in procedure.steps]
        places = [ORDER.index(kind) for kind in kinds]
        once = all(kinds.count(kind) == 1 for kind in ("receive", "approve", "return"))
        if places != sorted(places) or not once:
            message = _("Steps go: one reception, examinations, one approval, one return.")
            yield Fault(path, "catalogue.steps_out_of_order", message)
        if (total := sum(step.share for step in procedure.steps)) != 100:
            message = _("The shares of the steps make %(total)s percent, not 100.") % {"total": total}
            yield Fault(path, "catalogue.shares", message)


def steps_name_roles(look: Look) -> Iterator[Fault]:
    """Roles of steps."""
    for id, procedure in look.catalogue.procedures.items():
        for step in procedure.steps:
            if not look.knows("roles", step.role):
                message = _("There is no role “%(id)s” in roles/.") % {"id": step.role}
                path = f"{look.where('procedures', id)}: steps[{step.id}].role"
                yield Fault(path, "catalogue.unknown_role", message)


def exclusive_pairs_name_steps(look: Look) -> Iterator[Fault]:
    """Steps that one person may not both do."""
    for id, procedure in look.catalogue.procedures.items():
        steps = {step.id for step in procedure.steps}
        for step in sorted({step for pair in procedure.exclusive for step in pair} - steps):
            message = _("There is no step “%(id)s”.") % {"id": step}
            yield Fault(f"{look.where('procedures', id)}: exclusive", "catalogue.unknown_step", message)


def nothing_held_is_asked_for(look: Look) -> Iterator[Fault]:
    """A paper that the house always holds, or holds once its record was found, may not be demanded."""
    for where, procedure in look.procedures():
        for document in procedure.documents:
            always = HELD.intersection(document.held_as)
            demanded = document.required and document.held_as
            if always or demanded:
                message = _(
                    "The administration holds this paper (%(held)s): it may not be asked for again. "
                    "Leave it out, or ask for it only when nothing is found (required_if)."
                ) % {"held": ", ".join(sorted(always or set(document.held_as)))}
                yield Fault(f"{where}: documents[{document.id}]", "catalogue.asks_for_held_paper", message)


def nothing_secret_is_asked(look: Look) -> Iterator[Fault]:
    """Passwords and one-time codes: whoever asks for them is not us."""
    for path, item in look.fields():
        words = f"{item.id} {item.title.vi} {item.title.fr} {item.title.en}"
        if SECRET.search(re.sub(r"[._]", " ", fold(words))):
            message = _("No form may ask for a password or a one-time code.")
            yield Fault(path, "catalogue.asks_for_secret", message)


def effect_has_a_version(look: Look) -> Iterator[Fault]:
    """An override that changes what has legal effect needs its own version."""
    shapes: tuple[tuple[str, type[Versioned]], ...]
    shapes = (
        ("procedures", Procedure), ("registers", Register), ("measures", Measure), ("indicators", Indicator),
    )  # fmt: skip
    for kind, shape in shapes:
        items: dict[str, Versioned] = getattr(look.catalogue, kind)
        for id, item in items.items():
            source = look.reading.items[kind][id]
            if source.base is None or source.base.get("version") != item.version:
                continue
            before = _shape(shape, source.base)
            if before is not None and _digest(look, before) != _digest(look, item):
                message = _("The override changes what has legal effect: give it a `version` of its own.")
                yield Fault(f"{source.overridden_in}: version", "catalogue.version_unchanged", message)


def validity_makes_sense(look: Look) -> Iterator[Fault]:
    """The last day does not come before the first."""
    for kind in look.reading.items:
        for id, item in getattr(look.catalogue, kind).items():
            if item.valid_to is not None and item.valid_to < item.valid_from:
                message = _("valid_to comes before valid_from.")
                yield Fault(f"{look.where(kind, id)}: valid_to", "catalogue.validity", message)


def _shape(shape: type[Versioned], data: object) -> Versioned | None:
    try:
        return shape.model_validate(tuples(data))
    except ValidationError:
        return None  # the earlier folder's own faults are reported when it is loaded


def _digest(look: Look, item: Versioned) -> str:
    if isinstance(item, Procedure):
        used = {use.use for page in item.pages for use in page.groups}
        if used & look.unreadable:
            return ""
        forms = tuple(look.catalogue.forms[id] for id in sorted(used) if id in look.catalogue.forms)
        item = item.model_copy(update={"forms": forms})
    return digest(item)


CHECKS = (
    steps_are_in_order, steps_name_roles, exclusive_pairs_name_steps, nothing_held_is_asked_for,
    nothing_secret_is_asked, effect_has_a_version, validity_makes_sense,
)  # fmt: skip
