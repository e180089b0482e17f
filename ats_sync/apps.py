import importlib

from django.apps import AppConfig


class AtsSyncConfig(AppConfig):
    name = "ats_sync"
    verbose_name = "ATS connection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear the outbox once the models exist, add search facets, and check the settings."""
        importlib.import_module("ats_sync.subscribers")
        importlib.import_module("ats_sync.team_facets")
        importlib.import_module("ats_sync.checks")
        importlib.import_module("ats_sync.vital_signs")
