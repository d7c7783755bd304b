"""Checks of what people give: accent colours, logos, codes."""

from __future__ import annotations

import io
import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kiif.alliance import departments

#: Colours behind an accent (tokens of the design system): paper by day; paper, sheet and tint by night.
PAPER: Final = "#f4f5ee"
NIGHT: Final = ("#0e1a16", "#14231e", "#33271a")
MINIMUM_CONTRAST: Final = 4.5

LOGO_BYTES: Final = 1_000_000
LOGO_SIDE: Final = 480
_LOGO_PIXELS: Final = 16_000_000
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2 definition)."""
    red, green, blue = (_channel(value) for value in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2 definition)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_at_night(colour: str) -> str:
    """The same hue, lightened step by step until it reads on every dark ground (contrast ≥ 4.5)."""
    red, green, blue = _rgb(colour)
    for step in range(101):
        share = step / 100
        mixed = (round(value + (255 - value) * share) for value in (red, green, blue))
        candidate = "#{:02x}{:02x}{:02x}".format(*mixed)
        if min(contrast(candidate, ground) for ground in NIGHT) >= MINIMUM_CONTRAST:
            return candidate
    return "#ffffff"


def validate_accent(value: str) -> None:
    """Accepts `#rrggbb` that reads on paper, both as text and under white text."""
    if not _HEX.fullmatch(value):
        raise ValidationError(_("Write the colour with six hexadecimal digits, for example #8a4713."))
    ratio = contrast(value, PAPER)
    if ratio < MINIMUM_CONTRAST:
        raise ValidationError(
            _("This colour is too light on paper: its contrast is %(ratio)s, and 4.5 is needed."),
            params={"ratio": f"{ratio:.1f}"},
        )


def validate_department(value: str) -> None:
    if departments.find(value) is None:
        raise ValidationError(_("“%(value)s” is not the code of a department."), params={"value": value})


_commune = re.compile(r"(?:\d{2}|2[AB])\d{3}")


def validate_commune(value: str) -> None:
    """Checks the shape of a commune code (its existence is the territories' matter)."""
    if not _commune.fullmatch(value):
        raise ValidationError(
            _("A commune code has five characters, for example 33063 for Bordeaux."), params={"value": value}
        )


def clean_logo(upload: UploadedFile[Any]) -> ContentFile[bytes]:
    """Reads an uploaded logo and returns it as a small PNG without metadata.

    Raises ValidationError for a file over 1 MB, of another type than PNG, JPEG or WebP, or of absurd dimensions.
    """
    from PIL import Image, UnidentifiedImageError  # here: only who sends a logo waits for it

    if upload.size is None or upload.size > LOGO_BYTES:
        raise ValidationError(_("This file is too heavy: a logo weighs 1 MB at most."))
    try:
        with Image.open(upload, formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > _LOGO_PIXELS:
                raise ValidationError(_("This picture is too large: reduce it to 4,000 pixels a side at most."))
            picture = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This file is not a PNG, JPEG or WebP picture.")) from error
    picture.thumbnail((LOGO_SIDE, LOGO_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return ContentFile(buffer.getvalue(), name="logo.png")
