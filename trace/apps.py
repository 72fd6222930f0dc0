from django.apps import AppConfig


class TraceConfig(AppConfig):
    name = "trace"

    def ready(self) -> None:
        from trace.stations import stations_of
        from web.panels import register_thread

        register_thread(stations_of)
