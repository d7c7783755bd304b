"""Addresses of sharing out, conflicts, progress and scores: included by `reviews.urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kiif.reviews.views import allocation, assigning, board, conflicts, results

_ROUND = "tours/<uuid:public_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("conflits/", conflicts.mine, name="my-conflicts"),
    path("conflits/<int:pk>/reponse", conflicts.answer, name="answer-conflict"),
    path("dossier/<uuid:public_id>/conflit", conflicts.of_read, name="conflict"),
    path(f"{_ROUND}/conflits/", conflicts.of_round, name="conflicts"),
    path(f"{_ROUND}/conflits/chercher", conflicts.look, name="look-for-conflicts"),
    path(f"{_ROUND}/conflits/<int:pk>/<slug:what>", conflicts.settle, name="settle-conflict"),
    path(f"{_ROUND}/attribution/", allocation.settings, name="allocation"),
    path(f"{_ROUND}/attribution/decision", allocation.decide, name="allocation-decide"),
    path(f"{_ROUND}/attribution/importer", assigning.bring, name="allocation-import"),
    path(f"{_ROUND}/attribution/<uuid:plan_id>/", allocation.plan, name="plan"),
    path(f"{_ROUND}/attribution/<uuid:plan_id>/appliquer", allocation.apply, name="plan-apply"),
    path(f"{_ROUND}/avancement/", board.dossiers, name="board"),
    path(f"{_ROUND}/avancement/lecteurs", board.readers, name="board-readers"),
    path(f"{_ROUND}/avancement/relancer", board.remind, name="remind"),
    path(f"{_ROUND}/avancement/confier", assigning.assign, name="assign"),
    path(f"{_ROUND}/avancement/lectures/<uuid:read_id>/reprendre", assigning.take_back, name="take-back"),
    path(f"{_ROUND}/avancement/lectures/<uuid:read_id>/jumelle", assigning.twin, name="twin-read"),
    path(f"{_ROUND}/avancement/dossiers/<uuid:application_id>", assigning.application, name="sharing-application"),
    path(f"{_ROUND}/avancement/dossiers/<uuid:application_id>/conflit/<uuid:reviewer_id>", conflicts.bar, name="bar"),
    path(f"{_ROUND}/avancement/lecteurs/<uuid:reviewer_id>", assigning.reviewer, name="sharing-reviewer"),
    path(f"{_ROUND}/notes/", results.scores, name="results"),
    path(f"{_ROUND}/notes/calculer", results.compute, name="compute"),
    path(f"{_ROUND}/notes/lecteurs", results.severities, name="severities"),
    path(f"{_ROUND}/notes/<uuid:application_id>", results.score, name="result"),
]
