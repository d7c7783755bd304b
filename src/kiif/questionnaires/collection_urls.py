"""Collections and corrections, under /questionnaires/, for the teams. Included by `urls`."""

from django.urls import path

from kiif.questionnaires.views import collections, documents

urlpatterns = [
    path("<uuid:public_id>/ouvrir", collections.create, name="collection-create"),
    path("collectes/vierge/<slug:slug>", documents.blank_form, name="blank-public"),
    path("collectes/", collections.index, name="collections"),
    path("<uuid:public_id>/collectes", collections.of_questionnaire, name="questionnaire-collections"),
    path("collectes/<uuid:public_id>/", collections.detail, name="collection"),
    path("collectes/<uuid:public_id>/conditions", collections.change, name="collection-change"),
    path("collectes/<uuid:public_id>/prolonger", collections.prolong, name="collection-prolong"),
    path("collectes/<uuid:public_id>/fermer", collections.close, name="collection-close"),
    path("collectes/<uuid:public_id>/pour-quelqu-un", collections.mandate, name="collection-mandate"),
    path("reponses/<uuid:public_id>/rouvrir", collections.reopen, name="response-reopen"),
]
