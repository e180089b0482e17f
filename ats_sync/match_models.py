"""By which weights pairs are scored, and how labels are shifted for this installation."""

from __future__ import annotations

import json

from ats_sync.batches import run_kept
from ats_sync.identity.weights import Weights, shipped_weights
from ats_sync.models import MatchModel
from ats_sync.rows import Columns


def in_force() -> MatchModel:
    """The newest model, or one that was never stored: the shipped weights without a shift."""
    for row in run_kept(_NEWEST):
        model = _ALL.take(iter(row))
        if isinstance(model.weights, str):  # as a plain statement answers it
            model.weights = json.loads(model.weights)
        return model
    return MatchModel(version=shipped_weights().version)


_ALL = Columns(MatchModel, "m", *(field.attname for field in MatchModel._meta.concrete_fields))
_NEWEST = f"SELECT {_ALL.sql} FROM ats_sync_matchmodel AS m ORDER BY m.id DESC LIMIT 1"  # noqa: S608 - ours


def of_weights(weights: Weights | None) -> MatchModel:
    """A model, not stored yet, with other weights than those in force (None: the same ones).

    The label shift stays until it is estimated anew.
    """
    model = in_force()
    if weights is None:
        return model
    shipped = weights == shipped_weights()
    return MatchModel(
        version=weights.version,
        weights=None if shipped else json.loads(weights.as_json()),
        label_shift=model.label_shift,
        sampled=model.sampled,
    )


def weights_of(model: MatchModel) -> Weights:
    """The weights of a model."""
    if model.weights is None:
        return shipped_weights()
    return Weights.from_mapping(model.weights)
