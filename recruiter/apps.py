from django.apps import AppConfig


class RecruiterConfig(AppConfig):
    name = "recruiter"
    verbose_name = "Recruiter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recruiter import attachments, follows, pdf  # noqa: F401 - hear of changes
        from recruiter.search import indexing  # noqa: F401 - hears of changed members
