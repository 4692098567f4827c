from importlib import import_module

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "portal.kernel"
    label = "kernel"

    def ready(self) -> None:
        import_module("portal.kernel.checks")  # system checks register themselves
        import_module("portal.kernel.lookups")
        import_module("portal.celery")  # tasks are sent through the app that settings configure
