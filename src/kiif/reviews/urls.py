"""Addresses under /lectures/: those of who reads first, then those of the team that runs a call."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kiif.reviews.urls_allocation import urlpatterns as allocation_patterns
from kiif.reviews.views import calibration, joining, reading, reviewers, rounds, rubric

app_name = "reviews"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", reading.mine, name="mine"),
    path("acces/<str:token>", joining.access, name="access"),
    path("quitter", joining.let_go, name="let-go"),
    path("invitation/<uuid:public_id>/", joining.invitation, name="invitation"),
    path("dossier/<uuid:public_id>/", reading.read, name="read"),
    path("dossier/<uuid:public_id>/enregistrer", reading.save, name="save"),
    path("dossier/<uuid:public_id>/s-abstenir", reading.abstain, name="abstain"),
    path("dossier/<uuid:public_id>/reprendre", reading.come_back, name="come-back"),
    path("dossier/<uuid:public_id>/fil", reading.remark, name="remark"),
    path("dossier/<uuid:public_id>/fichiers/<uuid:file_id>", reading.file, name="file"),
    path("prendre/<uuid:round_id>/<uuid:application_id>/", reading.take, name="take"),
    path("appels/<uuid:public_id>/", rounds.of_call, name="call"),
    path("appels/<uuid:public_id>/nouveau", rounds.create, name="round-create"),
    path("tours/<uuid:public_id>/", rounds.detail, name="round"),
    path("tours/<uuid:public_id>/reglages", rounds.change, name="round-change"),
    path("tours/<uuid:public_id>/ouvrir", rounds.open_, name="round-open"),
    path("tours/<uuid:public_id>/fermer", rounds.close, name="round-close"),
    path("tours/<uuid:public_id>/rouvrir", rounds.reopen, name="round-reopen"),
    path("tours/<uuid:public_id>/entrer", rounds.enter, name="round-enter"),
    path("tours/<uuid:public_id>/grille", rubric.show, name="rubric"),
    path("tours/<uuid:public_id>/grille/copier", rubric.copy, name="rubric-copy"),
    path("tours/<uuid:public_id>/grille/nouveau", rubric.create, name="criterion-create"),
    path("tours/<uuid:public_id>/grille/<int:pk>/", rubric.change, name="criterion-change"),
    path("tours/<uuid:public_id>/grille/<int:pk>/retirer", rubric.remove, name="criterion-remove"),
    path("tours/<uuid:public_id>/grille/<int:pk>/deplacer", rubric.move, name="criterion-move"),
    path("tours/<uuid:public_id>/lecteurs", reviewers.index, name="reviewers"),
    path("tours/<uuid:public_id>/lecteurs/inviter", reviewers.invite, name="reviewer-invite"),
    path("tours/<uuid:public_id>/lecteurs/expert", reviewers.expert, name="expert-invite"),
    path("lecteurs/<uuid:public_id>/", reviewers.one, name="reviewer"),
    path("lecteurs/<uuid:public_id>/accepter", reviewers.accept, name="reviewer-accept"),
    path("lecteurs/<uuid:public_id>/lien", reviewers.renew, name="link-renew"),
    path("lecteurs/<uuid:public_id>/lien/revoquer", reviewers.revoke, name="link-revoke"),
    path("lecteurs/<uuid:public_id>/retirer", reviewers.remove, name="reviewer-remove"),
    path("tours/<uuid:public_id>/calibrage", calibration.show, name="calibration"),
    path("tours/<uuid:public_id>/calibrage/commencer", calibration.start, name="calibration-start"),
    path("tours/<uuid:public_id>/calibrage/<int:pk>/", calibration.expect, name="anchor-expect"),
    path("tours/<uuid:public_id>/caviardage/<uuid:application_id>/", calibration.redact, name="redact"),
    *allocation_patterns,
]
