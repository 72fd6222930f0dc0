from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        from exchange.actions import IMPORTERS
        from exchange.gate import word
        from web.shell import register_entry

        register_entry(
            _("Import"), "exchange:import-new", group="control", order=90,
            allowed=lambda user: IMPORTERS.permits(user.principal),
        )  # fmt: skip
        word.register()
