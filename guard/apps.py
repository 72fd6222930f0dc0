from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_migrate


class GuardConfig(AppConfig):
    name = "guard"

    def ready(self) -> None:
        from guard import checks, reactions, roles
        from guard.kinds import KINDS
        from guard.rules.vocabulary import know
        from guard.states import TABLES
        from guard.wall import building

        post_migrate.connect(roles.grant_app_role, sender=self, dispatch_uid="guard.roles")
        pre_migrate.connect(building.take_down, sender=self, dispatch_uid="guard.wall.down")
        post_migrate.connect(building.build, sender=self, dispatch_uid="guard.wall.up")
        register(checks.gates_are_registered)
        register(checks.relations_name_known_kinds)
        register(checks.relations_have_a_truth)
        know("resource.kind", lambda: KINDS)
        know("resource.state", lambda: {state for table in TABLES.values() for state in table.states.values})
        del reactions
