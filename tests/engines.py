"""The engines that the tests of the search port run with."""

from __future__ import annotations

import os

from recruiter import search

WITH_CLUSTER = "RSC_TEST_OPENSEARCH" in os.environ  # set by make test-opensearch
IN_PROCESS = sorted(set(search.ENGINES) - {"opensearch"})
EVERY = sorted(search.ENGINES) if WITH_CLUSTER else IN_PROCESS
