"""E-mail addresses in the one form by which they are compared (matching.md section 5)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ADDRESS = re.compile(r"[^@\s<>\"(),:;]+@(?:[^@\s<>\"(),:;.]+\.)+[^@\s<>\"(),:;.]+")
# Nearly all addresses: nothing to tidy away but capitals.
_PLAIN = re.compile(r"[a-z0-9_+-][a-z0-9._+-]*@(?:[a-z0-9-]+\.)+[a-z0-9-]+")
# Zero-width characters and soft hyphens come along when an address is copied from a web page.
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
# Providers whose own help pages say that mail to name+tag reaches name. Elsewhere a plus sign
# may belong to somebody else's mailbox, so it stays.
TAGGED_DOMAINS = frozenset(
    {
        "gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com",
        "mac.com", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "fastmail.fm",
        "hey.com", "zoho.com", "posteo.de", "mailbox.org",
    }
)  # fmt: skip


def tidy_address(text: str) -> str:
    """An address without the noise of typing: case, spaces, `mailto:`, a name in front.

    Returns an empty text when there is no address in it.
    """
    lower = text.lower()
    if _PLAIN.fullmatch(lower) and len(lower) <= 254:
        return lower
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).lower()
        text = unicodedata.normalize("NFKC", text)
    text = text.lower().strip()
    if "<" in text:
        text = text[text.rindex("<") + 1 :].partition(">")[0]
    text = text.strip().removeprefix("mailto:").partition("?")[0].strip(" .,;'\"()[]")
    return text if len(text) <= 254 and _ADDRESS.fullmatch(text) else ""


# One record asks for the same address several times, as its other forms come from this one.
@lru_cache(maxsize=5_000)
def email_normal_form(address: str) -> str:
    """The strict form of an address: two addresses with the same form reach the same mailbox.

    Case, `mailto:` and brackets go; googlemail is gmail; dots go at gmail only; "+tag" goes only
    at providers that document it (`TAGGED_DOMAINS`).

    Returns an empty text when this is no address: leave such forms out of every comparison.
    """
    local, _, domain = tidy_address(address).partition("@")
    if not domain:
        return ""
    domain = _SAME_DOMAIN.get(domain, domain)
    if domain in TAGGED_DOMAINS:
        local = local.partition("+")[0] or local
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}" if local else ""
