from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    name = "trace"

    def ready(self) -> None:
        from trace.stations import stations_of
        from web.panels import register_thread
        from web.shell import register_entry

        register_thread(stations_of)
        register_entry(_("Home"), "trace:home-show", group="top", order=0, key="h")
