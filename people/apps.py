from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from guard.rules.vocabulary import know
        from people import openapi
        from people.models import Role

        know("principal.roles", lambda: Role.values)
        del openapi
