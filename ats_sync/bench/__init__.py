"""The benchmark of the sync: a sandbox ATS, a server of its own, clients that push, a baseline."""
