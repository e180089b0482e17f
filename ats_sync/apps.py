from django.apps import AppConfig


class AtsSyncConfig(AppConfig):
    name = "ats_sync"
    verbose_name = "ATS connection"
    default_auto_field = "django.db.models.BigAutoField"
