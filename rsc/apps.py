from django.apps import AppConfig


class RscConfig(AppConfig):
    """The ground floor: people, companies, contracts, seats, outbox, audit."""

    name = "rsc"
    verbose_name = "Companies and seats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_q.signals import post_spawn

        from rsc import checks, invitations, request_ids, vital_signs  # noqa: F401 - register
        from rsc.long_lived import spare_what_stays

        post_spawn.connect(spare_what_stays)
