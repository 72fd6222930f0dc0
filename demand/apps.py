from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemandConfig(AppConfig):
    name = "demand"

    def ready(self) -> None:
        from demand import gates, panels, states, thread
        from web.shell import register_entry

        thread.register()
        panels.register()
        register_entry(_("Demand"), "demand:overview-show", order=10, key="d")
        register_entry(_("Ask for data"), "demand:request-ask", group="top", order=20, key="a")
        del gates, states
