"""Addresses of the room: `/programmes/` for the teams, `/appels/` for everybody, `/mon-projet/` for carriers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kiif.programmes.views import calls, programmes, public

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/", programmes.index, name="list"),
    path("programmes/editions/<uuid:public_id>/", programmes.edition, name="edition"),
    path("programmes/appels/<uuid:public_id>/", calls.overview, name="call"),
    path("programmes/<slug:slug>/", programmes.programme, name="programme"),
    path("appels/", public.index, name="public-calls"),
    path("appels/<slug:slug>/", public.call, name="public-call"),
]
