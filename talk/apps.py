from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    name = "talk"

    def ready(self) -> None:
        from talk.views import draw_comments
        from web.panels import register_panel

        for kind in ("prd", "metric", "dataset", "product", "request", "insight", "decision"):
            register_panel(kind, "main", draw_comments, order=800, name="comments", title=_("Comments"))
