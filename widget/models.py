"""What the widget must remember: which of an ATS's tokens were used."""

from __future__ import annotations

from django.db import models

from ats_sync.models import Ats


class RedeemedVoucher(models.Model):
    """A token that counted once, kept until it would have expired anyway."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="+")
    jti = models.CharField(max_length=255)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ats", "jti"], name="voucher_once")]
        indexes = [models.Index(fields=["ats", "expires_at"], name="voucher_expiry")]

    def __str__(self) -> str:
        return f"voucher of ATS {self.ats_id}"
