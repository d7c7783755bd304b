"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kiif.steering.views import boards, exports, opendata, summaries

app_name = "steering"

_CALL = "appels/<uuid:public_id>/"
_EDITION = "editions/<uuid:public_id>/"
_OPEN = "donnees-ouvertes/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", boards.index, name="home"),
    path(_CALL, boards.call, name="call"),
    path(f"{_CALL}carte.json", boards.map_values, name="call-map"),
    path(f"{_CALL}exports", exports.index, name="exports"),
    path(f"{_CALL}resume", summaries.summary, name="summary"),
    path(_EDITION, boards.edition, name="edition"),
    path(f"{_EDITION}donnees-ouvertes", opendata.prepare, name="open-data-prepare"),
    path(f"{_EDITION}donnees-ouvertes/retirer", opendata.withdraw, name="open-data-withdraw"),
    path("programmes/<slug:slug>/", boards.programme, name="programme"),
    path(_OPEN, opendata.index, name="open-data-list"),
    path(f"{_OPEN}<uuid:public_id>", opendata.show, name="open-data"),
    path(f"{_OPEN}<uuid:public_id>.csv", opendata.as_csv, name="open-data-csv"),
    path(f"{_OPEN}<uuid:public_id>.json", opendata.as_json, name="open-data-json"),
]
