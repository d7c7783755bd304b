"""A vector tile with one square, written by hand: enough for a map to have something to show."""

from __future__ import annotations


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else -number * 2 - 1


def square_tile(layer: str, code: str = "33", name: str = "Gironde") -> bytes:
    """Mapbox Vector Tile 2.1: one polygon over most of the tile, with the properties `code` and `name`."""
    turns = [9, 500, 500, 26, 3000, 0, 0, 3000, -3000, 0, 15]  # move to, three lines, close
    commands = {0, 3, 10}
    geometry = b"".join(_varint(n if i in commands else _zigzag(n)) for i, n in enumerate(turns))
    tags = b"".join(map(_varint, (0, 0, 1, 1)))
    feature = _field(2, tags) + _field(3, 3) + _field(4, geometry)
    texts = [_field(4, _field(1, text.encode())) for text in (code, name)]
    keys = [_field(3, key.encode()) for key in ("code", "name")]
    body = _field(1, layer.encode()) + _field(2, feature) + b"".join(keys) + b"".join(texts)
    return _field(3, body + _field(5, 4096) + _field(15, 2))
