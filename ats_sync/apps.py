import importlib

from django.apps import AppConfig


class AtsSyncConfig(AppConfig):
    name = "ats_sync"
    verbose_name = "ATS connection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear the outbox once the models exist, and check the settings."""
        importlib.import_module("ats_sync.subscribers")
        importlib.import_module("ats_sync.checks")
