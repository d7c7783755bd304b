"""Addresses of the room: `/programmes/` for the teams, `/appels/` for everybody, `/mon-projet/` for carriers."""

from __future__ import annotations

from kiif.programmes import urls_applications, urls_calls

app_name = "programmes"
urlpatterns = [*urls_applications.urlpatterns, *urls_calls.urlpatterns]
