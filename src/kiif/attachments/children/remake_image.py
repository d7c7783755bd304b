"""`remake_image.py FILE KIND TARGET`: draws the image anew, its pixels only; prints why if it cannot."""

from __future__ import annotations

import io
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_000
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88},
}


def verdict(path: str, kind: str, target: str) -> str:
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limit, checked before decoding
    wanted = FORMATS[kind]
    try:
        with Image.open(path, formats=[wanted]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                return "pixels"
            image.load()
            drawn = _only_pixels(image, wanted)
            drawn.save(target, wanted, **OPTIONS[wanted])
    except (UnidentifiedImageError, SyntaxError, ValueError, OSError, EOFError, IndexError, KeyError, TypeError):
        return "damaged"
    return ""


def _only_pixels(image: Image.Image, wanted: str) -> Image.Image:
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    plain = turned.convert("RGB" if wanted == "JPEG" else _mode(turned))
    if profile and plain.mode == "RGB":
        plain = _to_srgb(plain, profile)
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _mode(image: Image.Image) -> str:
    transparent = "A" in image.getbands() or "transparency" in image.info
    return "RGBA" if transparent else "L" if image.mode in {"1", "L"} else "RGB"


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        return ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


if __name__ == "__main__":
    sys.stdout.write(verdict(*sys.argv[1:4]))
