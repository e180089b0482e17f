"""Seniority: a level read from each current title, by its words.

The first rule that fits decides, so that a "Vice President" is no president and an "Assistant
Director" no director. A title that fits no rule says "Experienced". Titles in other languages
than English mostly say that: the level is a hint for finding people, not a judgement of them.
"""

from __future__ import annotations

# Level, and the whole words of which a title holds one, as a PostgreSQL regular expression.
RULES = (
    ("Intern", "intern|internship|trainee|apprentice|working student"),
    ("Entry", "junior|jr|entry|graduate|assistant"),
    ("Owner", "founder|cofounder|business owner"),
    ("Vice president", "vice president|vp|svp|evp|avp"),
    ("Chief", "chief|ceo|cto|cfo|coo|cio|cmo|cpo|ciso|president"),
    ("Director", "director|head"),
    ("Manager", "manager|supervisor"),
    ("Senior", "senior|sr|lead|principal|staff|expert"),
)
OTHERWISE = "Experienced"


def level_of(title: str) -> str:
    """SQL for the level of a title, an SQL expression."""
    cases = " ".join(rf"WHEN {title} ~* '\m({words})\M' THEN '{name}'" for name, words in RULES)
    return f"CASE {cases} ELSE '{OTHERWISE}' END"
