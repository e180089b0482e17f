from django.apps import AppConfig


class RecruiterConfig(AppConfig):
    name = "recruiter"
    verbose_name = "Recruiter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recruiter import (  # noqa: F401 - hear of changes
            attachments,
            data_copies,
            enclosures,
            follows,
            inmail_notices,
            own_addresses,
            pdf,
            people_import,
            reviews,
            search_alerts,
            vital_signs,
        )
        from recruiter.search import indexing  # noqa: F401 - hears of changed members
