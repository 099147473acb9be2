from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "dinh.indicators"
    label = "indicators"
    verbose_name = _("figures")

    def ready(self) -> None:
        from dinh.indicators import places as places
        from dinh.journal import guards

        guards.keep("indicators_snapshot", "what was locked is only ever added")
        # Once the journal has a snapshot, nothing comes to it; and what its cells are called stays theirs.
        taken = "EXISTS (SELECT 1 FROM journal_entry WHERE subject = NEW.snapshot_id)"
        guards.keep("indicators_lockedcell", "what was locked is only ever added", closed=taken)
        guards.keep("indicators_series", "a measure keeps its number")
        guards.keep("indicators_place", "a place keeps its number")
