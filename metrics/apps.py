from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        from metrics import gates, kinds, panels, reactions, states, thread
        from web.shell import register_entry

        register_entry(_("Metrics"), "metrics:metric-list", key="m", order=30)
        del gates, kinds, panels, reactions, states, thread
