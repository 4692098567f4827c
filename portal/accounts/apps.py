from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("portal.accounts.schema")  # registers itself with drf-spectacular
        user_logged_in.connect(import_module("portal.accounts.sessions").begin, dispatch_uid="accounts.begin")
