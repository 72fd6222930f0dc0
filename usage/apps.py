from django.apps import AppConfig


class UsageConfig(AppConfig):
    name = "usage"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from usage import asking, enforcing, for_grants, for_prds, gates, kinds, panels, states, thread
        from web.shell import register_entry

        register_entry(_("Usage"), "usage:usage-show", key="u", order=70)
        register_entry(_("Decisions"), "usage:decision-list", key="i", order=80)
        del asking, enforcing, for_grants, for_prds, gates, kinds, panels, states, thread
