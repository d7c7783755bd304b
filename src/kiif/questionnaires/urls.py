"""Addresses under /questionnaires/: design, collections, reading. Those of who answers are in `answer_urls`."""

from django.urls import URLPattern

app_name = "questionnaires"
urlpatterns: list[URLPattern] = []
