"""By which weights pairs are scored, and how labels are shifted for this installation."""

from __future__ import annotations

import json
from functools import lru_cache

from ats_sync.batches import run_kept
from ats_sync.identity.weights import Weights, shipped_weights
from ats_sync.models import MatchModel


def in_force() -> MatchModel:
    """The newest model, or one that was never stored: the shipped weights without a shift."""
    ((newest,),) = run_kept(_NEWEST)
    return numbered(newest)


# What is stored never changes, so no process asks twice.
@lru_cache(maxsize=10)
def numbered(pk: int | None) -> MatchModel:
    """The stored model with this number; None stands for one that was never stored."""
    if pk is None:
        return MatchModel(version=shipped_weights().version)
    return MatchModel.objects.get(pk=pk)


_NEWEST = "SELECT max(id) FROM ats_sync_matchmodel"


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
