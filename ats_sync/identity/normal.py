"""Normal forms: the one spelling under which two records of a person are compared.

Every function here is pure and idempotent (a normal form of a normal form is itself), takes text
as people type it and returns an empty text when there is nothing to compare. Names have a module
of their own (`names`). The rules are those of matching.md section 5.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from anyascii import anyascii

from ats_sync.identity.wordlists import (
    LEGAL_FORMS,
    MISSPELT_DOMAINS,
    PLACEHOLDER_DOMAINS,
    PLACEHOLDER_LOCALS,
    PUBLIC_DOMAINS,
    ROLE_LOCALS,
    SENIORITY,
)
from rsc.addresses import email_normal_form

__all__ = [
    "city_normal_form",
    "company_label",
    "email_loose_form",
    "email_normal_form",
    "employer_normal_form",
    "fold",
    "local_part",
    "phone_normal_form",
    "phone_tail",
    "profile_slug",
    "says_nothing",
    "title_normal_form",
]

_NOT_LETTER = re.compile(r"[^a-z]+")
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
# Not after a vowel, a "y" or a "q", where the "e" is a sound of its own (Belyaeva, Enrique).
_UMLAUT = re.compile(r"(?<![aeiouyq])([aou])e")
_PARENTHESIS = re.compile(r"\([^)]*\)")
_EXTENSION = re.compile(r"(?:x|ext\.?|extension|;ext=|#)\s*\d+\s*$", re.IGNORECASE)
_NOT_DIGIT = re.compile(r"\D+")
# Nearly all numbers are of digits and these.
_PHONE_SIGNS = str.maketrans("", "", " +().-")
# A phone number is recognised by its last eight digits, and country codes have at most three.
_TAIL_DIGITS = 8
_LONGEST_COUNTRY_CODE = 3
_PROFILE_PATH = re.compile(r"(?:^|/)(?:in|pub|profile)/([^/?#\s]+)", re.IGNORECASE)
_BARE_SLUG = re.compile(r"[^\s/.:?#@]{3,100}")


def _ascii(text: str) -> str:
    return text if text.isascii() else anyascii(text)


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower-case ASCII letters only, in any script; ae, oe, ue are read as umlauts.

    >>> fold("Müller"), fold("MUELLER"), fold("Беляева")
    ('muller', 'muller', 'belyaeva')
    """
    if not text.isascii():
        # Signs go first: transliterated, a star would become the word "star".
        text = anyascii("".join(character for character in text if character.isalpha()))
    letters = text.lower()
    if not (letters.isascii() and letters.isalpha()):
        letters = _NOT_LETTER.sub("", letters)
    # Twice over: taking an "e" away may lay bare another ("Aoeer"), and a form must be final.
    while _UMLAUT.search(letters):
        letters = _UMLAUT.sub(r"\1", letters)
    return letters


# ------------------------------------------------------------------------------------- e-mail
def says_nothing(email: str) -> bool:
    """Whether a strict form is a placeholder or an office's address, so proves nothing."""
    local, _, domain = email.partition("@")
    bare = local.partition("+")[0]
    return domain in PLACEHOLDER_DOMAINS or bare in PLACEHOLDER_LOCALS or bare in ROLE_LOCALS


def email_loose_form(address: str) -> str:
    """An address after guesses: misspelt domains put right, any "+tag" off, dots and dashes out.

    Evidence for a person to weigh; never enough for an automatic link (matching.md section 5).
    """
    local, _, domain = email_normal_form(address).partition("@")
    domain = MISSPELT_DOMAINS.get(domain, domain)
    local = local.partition("+")[0]
    local = local.replace(".", "").replace("_", "").replace("-", "") or local
    if _is_plain(local):
        return f"{local}@{domain}"
    return email_normal_form(f"{local}@{domain}") if domain else ""


def local_part(address: str) -> str:
    """The letters and digits before the @ sign, without any tag: which people keep."""
    bare = email_normal_form(address).partition("@")[0].partition("+")[0]
    return bare if _is_plain(bare) else _NOT_ALPHANUMERIC.sub("", _ascii(bare).lower())


def _is_plain(local: str) -> bool:
    """Whether nothing is left to tidy away from what stands before an @ sign."""
    return local.isascii() and local.isalnum()


def company_label(address: str) -> str:
    """The employer that an address names: `white` `devices` of `ada@whitedevices.com`, folded.

    Returns an empty text for the addresses of public providers and for placeholders.
    """
    return _company_of(email_normal_form(address).partition("@")[2])


@lru_cache(maxsize=50_000)
def _company_of(domain: str) -> str:
    domain = MISSPELT_DOMAINS.get(domain, domain)
    if not domain or domain in PUBLIC_DOMAINS or domain in PLACEHOLDER_DOMAINS:
        return ""
    labels = [label for label in domain.split(".")[:-1] if label not in {"co", "com", "mail", "ac"}]
    return fold(labels[-1]) if labels else ""


# ------------------------------------------------------------------------------------- phones
def phone_normal_form(number: str, country: str = "") -> str:
    """E.164, for display and storage.

    Args:
        number: as typed.
        country: two letters; says how to read a number without a country code.
    """
    try:
        parsed = phonenumbers.parse(number, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_tail(number: str) -> str:
    """The last eight digits of the subscriber's number, by which phones are compared.

    Country codes and trunk zeros come and go with the writer's habits; eight digits are enough
    because a phone alone never links anybody. Placeholders (one digit over and over, 12345678)
    give an empty text.
    """
    number = number.strip()
    digits = number.translate(_PHONE_SIGNS)
    if not (digits.isascii() and digits.isdigit()):
        number = _EXTENSION.sub("", number)
        digits = _NOT_DIGIT.sub("", _ascii(number))
    if digits.startswith("00"):
        number, digits = f"+{digits[2:]}", digits[2:]
    if number.startswith("+") and len(digits) < _TAIL_DIGITS + _LONGEST_COUNTRY_CODE:
        # Only for short numbers does it matter where the country code ends.
        digits = _subscriber_digits(f"+{digits}") or digits
    tail = digits[-_TAIL_DIGITS:].lstrip("0")
    if len(tail) < 6 or len(set(tail)) <= 2 or tail in "123456789012345678" or tail in "9876543210":
        return ""
    return tail


def _subscriber_digits(number: str) -> str:
    try:
        return str(phonenumbers.parse(number, None).national_number)
    except phonenumbers.NumberParseException:
        return ""


# ------------------------------------------------------------------------------------ profiles
def profile_slug(url: str) -> str:
    """The name of a profile in its web address: `ada-b` of `https://m.example.org/in/Ada-B/de?x=1`.

    A bare slug stays itself. Addresses of companies, feeds and other pages give an empty text.
    """
    text = url.strip()
    found = _PROFILE_PATH.search(text)
    slug = found[1] if found else text if _BARE_SLUG.fullmatch(text) else ""
    slug = _NOT_ALPHANUMERIC.sub("-", anyascii(_unquoted(slug)).lower()).strip("-")
    return slug if 3 <= len(slug) <= 100 else ""


def _unquoted(text: str) -> str:
    return re.sub(
        r"(?:%[0-9a-fA-F]{2})+",
        lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"),
        text,
    )


# ----------------------------------------------------------------------- places, employers, titles
@lru_cache(maxsize=50_000)
def city_normal_form(city: str) -> str:
    """A town's name, folded, without what stands in parentheses or after a comma."""
    bare = _PARENTHESIS.sub(" ", city).partition(",")[0]
    return fold(bare) or fold(city)


@lru_cache(maxsize=200_000)
def employer_normal_form(employer: str) -> str:
    """An employer's name, folded and joined, without legal forms: `johnsonaddison`."""
    words = [fold(word) for word in re.split(r"[\s,;/&+.()\-]+", employer)]
    kept = [word for word in words if word and word not in LEGAL_FORMS]
    return fold("".join(kept or words))


@lru_cache(maxsize=50_000)
def title_normal_form(title: str) -> str:
    """A job title, folded, without words of rank: `solutionsarchitect`."""
    words = [fold(word) for word in re.split(r"[\s,;/&.()\-]+", title)]
    kept = [word for word in words if word and word not in SENIORITY]
    return fold("".join(kept or words))
