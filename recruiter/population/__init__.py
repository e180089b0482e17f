"""A believable population for demos and benchmarks, the same for the same seed."""
