"""What the map of the browser asks: vector tiles, and one number per territory. Public, cached, no third party."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from kiif.accounts.actor import VISITOR
from kiif.opendata import packs
from kiif.opendata import tiles as archive
from kiif.opendata.errors import DataError, MissingPack
from kiif.territories import figures
from kiif.territories.coverage import AllianceMap
from kiif.territories.enums import Level

ZOOMS = range(25)
QUOTE = '"'


@login_not_required
@require_safe
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile, as stored (gzip). 204 where the map is empty, 404 while no archive is built.

    With ``couche=communes``, tiles of small zooms hold the communes as well.
    """
    if z not in ZOOMS or x >= 2**z or y >= 2**z:
        raise Http404
    try:
        source = archive.open_archive()
        if request.GET.get("couche") == "communes" and z <= archive.COMMUNE_ZOOM:
            source = archive.open_communes() or source
    except DataError as error:
        raise Http404 from error
    etag = f'"{source.etag.strip(QUOTE)}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        content = source.get(z, x, y)
        if content is None:
            response = HttpResponse(status=204)
        else:
            response = HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=3600, stale_while_revalidate=86_400)
    return response


@login_not_required
@require_safe
def values(request: HttpRequest, level: str, indicator: str) -> HttpResponse:
    """``{"code": value}`` of one figure at one level, with the bounds of its classes; unknown values are left out."""
    if level not in Level.values or indicator not in figures.INDICATORS:
        raise Http404
    points = AllianceMap(VISITOR).points if indicator == figures.BRANCH else ()
    try:
        content, etag = _values(level, indicator, points, packs.version())
    except (MissingPack, KeyError) as error:
        raise Http404 from error
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=600)
    return response


@lru_cache(maxsize=32)
def _values(level: str, indicator: str, points: figures.Points, version: str) -> tuple[bytes, str]:
    table = figures.load(level, points)
    column = table.column(indicator)
    decimals = figures.INDICATORS[indicator].decimals
    known = ~np.isnan(column)
    numbers = np.round(column[known], decimals).tolist()
    codes = table.base.codes[known].tolist()
    body = {"values": dict(zip(codes, numbers, strict=True)), "breaks": breaks(column).tolist()}
    content = json.dumps(body, separators=(",", ":")).encode()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


CLASSES = 5


def breaks(column: figures.Floats) -> figures.Floats:
    """Bounds between five classes of equal size (quintiles of the territories), each once, in order."""
    known = column[~np.isnan(column)]
    if len(known) == 0:
        return np.empty(0)
    return np.unique(np.quantile(known, np.arange(1, CLASSES) / CLASSES))
