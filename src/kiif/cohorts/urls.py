"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "cohorts"
urlpatterns: list[URLPattern | URLResolver] = []
