from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from catalog import because, kinds, panels, states
        from web.shell import register_entry

        register_entry(_("Catalog"), "catalog:catalog-show", group="thread", order=40, key="c")
        del because, kinds, panels, states
