"""Addresses of whoever reads what was gathered, under /questionnaires/."""

from django.urls import path

from kiif.questionnaires.views import reading

urlpatterns = [
    path("collectes/<uuid:public_id>/reponses", reading.answers, name="answers"),
    path("collectes/<uuid:public_id>/reponses/filtrer", reading.narrow, name="narrow"),
    path("collectes/<uuid:public_id>/synthese", reading.summary, name="summary"),
    path("collectes/<uuid:public_id>/exporter", reading.export, name="answers-export"),
]
