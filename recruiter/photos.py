"""A member's photo: one small square JPEG, without what cameras write into files."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from recruiter import own_profile
from recruiter.models import Member

LARGEST = 8 * 1024 * 1024  # bytes of a file
MOST_PIXELS = 50_000_000
SIDE = 400  # pixels of what is kept
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(ValueError):
    """The file cannot be a photo; the message says why."""


@transaction.atomic
def take(member: Member, file: UploadedFile) -> None:
    """Make a file the member's photo.

    Raises:
        PhotoRefused: too large, or no picture of a known kind.
    """
    if (file.size or 0) > LARGEST:
        raise PhotoRefused(f"The picture is larger than {LARGEST // 1024 // 1024} MB.")
    content = _square(file)
    former = member.photo.name
    member.photo.save("photo.jpg", ContentFile(content), save=False)
    _changed(member, former)


@transaction.atomic
def remove(member: Member) -> None:
    """Back to initials."""
    former, member.photo = member.photo.name, ""
    _changed(member, former)


def _changed(member: Member, former: str) -> None:
    member.save(update_fields=["photo", "modified_at"])
    own_profile.touched(member)
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))


def _square(file: UploadedFile) -> bytes:
    """The middle of a picture, upright, as a new JPEG: where it was taken is left behind."""
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoRefused("The picture has too many pixels.")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, PhotoRefused):
            raise
        raise PhotoRefused("Choose a JPEG, PNG or WebP picture.") from error
    small = ImageOps.fit(upright, (SIDE, SIDE))
    kept = BytesIO()
    small.save(kept, "JPEG", quality=85)
    return kept.getvalue()
