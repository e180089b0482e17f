"""The 32 questions, in seven classes, for the population that `generate_members` makes."""

from __future__ import annotations

from typing import Any

from recruiter.search.port import Prefix

QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "match-all": [
        {},
        {"spotlights": ("open",)},
        {"spotlights": ("past_applicants",)},
        {"spotlights": ("likely_to_respond",)},
    ],
    "broad": [{"text": text} for text in ("engineer", "manager", "senior", "software", "data",
                                          "people")],
    "selective": [
        {"text": text}
        for text in ("kubernetes tokyo", "nurse berlin", "accountant lyon", "garcia nurse",
                     "negotiation munich director", "tableau toronto", "smith engineer")
    ],
    "boolean": [
        {"text": text}
        for text in ("manager -software", "nurse OR teacher", "engineer OR manager -junior",
                     "python java -senior", "accountant OR nurse london")
    ],
    "phrase": [{"text": text} for text in ('"account manager"', '"software engineer"',
                                           '"key account manager"')],
    "prefix": [{"words": Prefix(text)} for text in ("eng", "manag", "acc")],
    "multi-filter": [
        {"text": "engineer", "location": ("London, England",), "skill": ("Python",)},
        {"title": ("Software Engineer", "Senior Software Engineer"), "industry": ("Internet",)},
        {"skill": ("Account Management",), "experience": ("6 to 10 years", "11 to 20 years"),
         "spotlights": ("open",)},
        {"text": "sales", "company": ("Washington Analytics", "Benjamin Group"),
         "spotlights": ("past_applicants",)},
    ],
}  # fmt: skip
