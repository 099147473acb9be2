"""How forms are rendered."""

from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    pass
