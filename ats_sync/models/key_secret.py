"""Under which secret the keyed hashes of matching were made."""

from __future__ import annotations

from django.db import models


class KeySecret(models.Model):
    """One row. With keys of another secret nobody would be found, and good links be taken back."""

    mark = models.BigIntegerField(help_text="A hash under that secret; it tells nothing of it.")
    made_at = models.DateTimeField()
    held_back_at = models.DateTimeField(
        null=True, help_text="Since when candidates wait for a re-match."
    )

    def __str__(self) -> str:
        return f"keys since {self.made_at:%Y-%m-%d %H:%M}"
