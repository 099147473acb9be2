"""Django forms drawn with the templates of the house, so that sign-in looks like every other page.

`HouseRenderer` is the FORM_RENDERER; `from_bound` makes the same `FieldView` of a
Django field that `fields.from_declaration` makes of a declared one.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template.loader import get_template

from dinh.web.components.fields import Choice, FieldView

DATE_WIDGETS = (forms.DateInput, forms.DateTimeInput)


class HouseRenderer(BaseRenderer):
    """Finds our templates where pages have theirs, and Django's own for rare widgets."""

    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"
    stock = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self.stock.get_template(template_name)
        return get_template(template_name)


def from_bound(bound: BoundField) -> FieldView:
    """Return the view of a field of a Django form, with its value and first error."""
    widget = bound.field.widget
    attrs = dict(widget.attrs)
    view = FieldView(
        id=bound.id_for_label or bound.auto_id or f"id_{bound.html_name}",
        name=bound.html_name,
        label=str(bound.label),
        help=str(bound.help_text or ""),
        error=str(bound.errors[0]) if bound.errors else "",
        required=bool(bound.field.required),
        autocomplete=str(attrs.pop("autocomplete", "")),
        inputmode=str(attrs.pop("inputmode", "")),
        width=str(attrs.pop("data-width", "")),
        plain=bool(attrs.pop("data-plain", "")),
        max_length=getattr(bound.field, "max_length", None),
    )
    _shape(view, bound, widget)
    for handled in ("maxlength", "required", "placeholder", "class", "type"):
        attrs.pop(handled, None)
    view.attrs = {key: value for key, value in attrs.items() if value not in (False, None)}
    return view


def _shape(view: FieldView, bound: BoundField, widget: Any) -> None:
    value = bound.value()
    match widget:
        case forms.CheckboxSelectMultiple():
            view.control, view.options = "checkboxes", _options(bound, value, view.id)
        case forms.RadioSelect():
            view.control, view.options = "radios", _options(bound, value, view.id)
        case forms.SelectMultiple():
            view.control, view.html = "raw", bound.as_widget()
        case forms.Select():
            view.control, view.options = "select", _options(bound, value, view.id)
        case forms.CheckboxInput():
            view.control, view.value = "checkbox", bool(value)
        case forms.Textarea():
            view.control, view.value = "textarea", widget.format_value(value) or ""
        case forms.FileInput():
            view.control = "file"
        case forms.HiddenInput():
            view.control, view.value = "hidden", widget.format_value(value) or ""
        case widgets.Input():
            view.type = widget.input_type or "text"
            view.value = widget.format_value(value) or ""
            if view.type in {"date", "datetime-local", "datetime"} or isinstance(widget, DATE_WIDGETS):
                view.type, view.width = widget.input_type or "text", view.width or "short"
        case _:
            view.control, view.html = "raw", bound.as_widget()
    if view.type == "password" or "current-password" in view.autocomplete:
        view.value = ""


def _options(bound: BoundField, value: object, view_id: str) -> tuple[Choice, ...]:
    chosen = (
        {str(v) for v in value} if isinstance(value, (list, tuple)) else {"" if value is None else str(value)}
    )
    plain: list[tuple[str, str]] = []
    for code, title in bound.field.choices:  # type: ignore[attr-defined]  # a field of choices: its widget says so
        if isinstance(title, (list, tuple)):
            plain.extend((str(c), str(t)) for c, t in title)
        else:
            plain.append(("" if code is None else str(code), str(title)))
    return tuple(
        Choice(code, title, code in chosen, id=f"{view_id}_{n}" if n else view_id)
        for n, (code, title) in enumerate(plain)
    )
