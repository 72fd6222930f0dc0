from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "talk"

    def ready(self) -> None:
<<<<<<< HEAD
        from talk.views import draw_comments
        from web.panels import register_panel

        for kind in ("prd", "metric", "dataset", "product", "request", "insight", "decision"):
            register_panel(kind, "main", draw_comments, order=800)
=======
        from talk import panels

        del panels
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
