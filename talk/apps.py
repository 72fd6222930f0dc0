from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "talk"

    def ready(self) -> None:
        from talk.views import draw_comments
        from web.panels import register_panel

        for kind in ("prd", "metric", "dataset", "product", "request", "insight", "decision"):
            register_panel(kind, "main", draw_comments, order=800)
