"""Addresses of applications: the carriers' pages, then those of the team."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kiif.programmes.views import (
    applications,
    applications_bulk,
    applications_gestures,
    applications_hosting,
    applications_lists,
    duplicates,
    mine,
    mine_begin,
)

CALL = "programmes/appels/<uuid:public_id>"
ONE = "programmes/candidatures/<uuid:public_id>"
OWN = "mon-projet/candidature/<uuid:public_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("appels/<slug:slug>/candidater", mine_begin.apply, name="apply"),
    path("mon-projet/", mine.index, name="mine"),
    path(f"{OWN}/", mine.of_application, name="mine"),
    path(f"{OWN}/accueil", mine.wishes, name="application-wishes"),
    path(f"{OWN}/retirer", mine.withdraw, name="application-withdraw"),
    path("mon-projet/<slug:number>/", mine.project, name="project"),
    path(f"{CALL}/candidatures/", applications_lists.received, name="applications"),
    path(f"{CALL}/candidatures/ensemble", applications_bulk.bulk, name="applications-bulk"),
    path(f"{CALL}/brouillons/", applications_lists.drafts, name="drafts"),
    path(f"{CALL}/saisir", applications_lists.type_for, name="application-type"),
    path(f"{CALL}/doublons/", duplicates.pairs, name="pairs"),
    path("programmes/doublons/<int:pk>/", duplicates.pair, name="pair"),
    path(f"{ONE}/", applications.application, name="application"),
    path(f"{ONE}/pdf", applications.pdf, name="application-pdf"),
    path(f"{ONE}/fichiers/<uuid:file_id>", applications.file, name="application-file"),
    path(f"{ONE}/ce-qui-a-change/<uuid:request_id>", applications.changed, name="application-changed"),
    path(f"{ONE}/eligible", applications_gestures.eligible, name="application-eligible"),
    path(f"{ONE}/non-eligible", applications_gestures.ineligible, name="application-ineligible"),
    path(f"{ONE}/remettre", applications_gestures.take_back, name="application-take-back"),
    path(f"{ONE}/corrections", applications_gestures.corrections, name="application-corrections"),
    path(
        f"{ONE}/corrections/abandonner", applications_gestures.close_corrections, name="application-corrections-close"
    ),
    path(f"{ONE}/accueil", applications_hosting.hosts, name="application-hosts"),
    path(f"{ONE}/retirer", applications_gestures.withdraw_for, name="application-withdraw-for"),
    path(f"{ONE}/notes", applications_gestures.note, name="application-note"),
    path(f"{ONE}/notes/<int:pk>/retirer", applications_gestures.remove_note, name="application-note-remove"),
    path(f"{ONE}/doublon", duplicates.point_at, name="application-pair"),
]
