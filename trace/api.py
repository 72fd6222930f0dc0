from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Nothing is offered here yet."""
