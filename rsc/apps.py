from django.apps import AppConfig


class RscConfig(AppConfig):
    """The ground floor: people, companies, contracts, seats, outbox, audit."""

    name = "rsc"
    verbose_name = "Companies and seats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rsc import checks, invitations, long_lived, request_ids, vital_signs  # noqa: F401 - register
