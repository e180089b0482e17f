"""What an ATS's administrators may set for the vendor: names, the callback, and who sees what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from ats_sync import activation
from ats_sync.activation import ActivationRefused
from ats_sync.models import Ats, Integration, IntegrationSetting
from ats_sync.models.integration import ALL_PRODUCT_USERS
from rsc.models import User

Key = IntegrationSetting.Key


class ActivationSettings(forms.Form):
    """Only what differs from the present is written, through the verbs of activation.

    Args:
        ats: whose settings they are; fields of features that nobody asked for are left out.
        actor: the administrator.
    """

    callback_url = forms.CharField(
        label="Callback URL",
        required=False,
        help_text="Where exports and changes of state are announced; needed for one-click export.",
        widget=forms.URLInput(attrs={"size": 70}),
    )
    everyone_sees_requisitions = forms.BooleanField(
        label="Everyone who uses Recruiter sees all requisitions",
        required=False,
        help_text="Otherwise only people who hold an ACL of the requisition choose it in exports.",
    )
    everyone_sees_applications = forms.BooleanField(
        label="Everyone who uses Recruiter sees all applications",
        required=False,
        help_text="Otherwise only people who hold an ACL of the requisition see them.",
    )

    exports_replies = forms.BooleanField(
        label="Export members who answer an InMail and share their contact details",
        required=False,
        help_text="They go to the requisition that the project fills; it costs no one's quota.",
    )

    TOGGLES = {
        "everyone_sees_requisitions": Key.JOB_POSTING_VIEWERS,
        "everyone_sees_applications": Key.APPLICATION_VIEWERS,
    }

    def __init__(self, *args: Any, ats: Ats, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.ats = ats
        self.features = list(
            ats.integrations.select_related("contract").prefetch_related("settings").order_by("pk")
        )
        self._bind_values()
        if Integration.Type.ONE_CLICK_EXPORT in self.by_type:
            self.fields["exports_replies"].initial = ats.exports_replies
        else:
            del self.fields["exports_replies"]
        for feature in self.features:
            self._add_name(feature)

    def _bind_values(self) -> None:
        """Show what is set now; drop what belongs to a feature that is not there."""
        self.by_type = {one.integration_type: one for one in self.features}
        values = {item.key: item.value for one in self.features for item in one.settings.all()}
        for name, key in [("callback_url", Key.CALLBACK_URL), *self.TOGGLES.items()]:
            if activation.FEATURE_OF[key] not in self.by_type:
                del self.fields[name]
            elif name in self.TOGGLES:
                self.fields[name].initial = values.get(key) == ALL_PRODUCT_USERS
            else:
                self.fields[name].initial = values.get(key, "")

    def _add_name(self, feature: Integration) -> None:
        where = f" on {feature.contract.name}" if feature.contract else ""
        self.fields[f"name_{feature.pk}"] = forms.CharField(
            label=f"Name of “{feature.get_integration_type_display()}”{where}",
            required=bool(feature.name),
            max_length=activation.LONGEST_NAME,
            initial=feature.name,
            widget=forms.TextInput(attrs={"size": 50}),
            help_text="" if feature.name else "Usually the vendor sends it; it says: we are ready.",
        )

    def save(self) -> bool:
        """Write the changes, all or none. Returns False after adding the reason to the form."""
        try:
            with transaction.atomic():
                for name in self.changed_data:
                    self._write(name, self.cleaned_data[name])
        except ActivationRefused as refusal:
            self.add_error(None, str(refusal))
            return False
        return True

    def _write(self, name: str, value: Any) -> None:
        if name.startswith("name_"):
            feature = next(one for one in self.features if f"name_{one.pk}" == name)
            activation.mark_ready(feature, value, actor=self.actor)
            return
        if name == "exports_replies":
            activation.export_replies(self.ats, wanted=value, actor=self.actor)
            return
        key = self.TOGGLES.get(name, Key.CALLBACK_URL)
        feature = self.by_type[activation.FEATURE_OF[key]]
        text = ALL_PRODUCT_USERS if value is True else value
        if text:
            activation.set_setting(feature, key, text, actor=self.actor)
        else:
            activation.delete_setting(feature, key, actor=self.actor)
