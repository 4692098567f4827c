from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "portal.kernel"
    label = "kernel"

    def ready(self) -> None:
        from portal.kernel import checks  # noqa: F401, PLC0415 - system checks register when the registry is ready
