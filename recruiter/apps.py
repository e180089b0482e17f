from django.apps import AppConfig


class RecruiterConfig(AppConfig):
    name = "recruiter"
    verbose_name = "Recruiter"
    default_auto_field = "django.db.models.BigAutoField"
