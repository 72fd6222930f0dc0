from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrdsConfig(AppConfig):
    name = "prds"

    def ready(self) -> None:
        from prds import gates, kinds, panels, product_gates, states, thread
        from web.shell import register_entry

        register_entry(_("PRDs"), "prds:prd-list", order=20, key="p")

        del gates, kinds, panels, product_gates, states, thread
