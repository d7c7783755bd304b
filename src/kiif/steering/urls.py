"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "steering"

# Others import this file at each test: add an address only once its view is saved.
urlpatterns: list[URLPattern | URLResolver] = []
