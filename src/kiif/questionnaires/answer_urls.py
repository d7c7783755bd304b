"""Addresses under /repondre/: those of who answers."""

from django.urls import path

from kiif.questionnaires.views import answering, answering_entry, answering_live, documents, people

app_name = "answers"
urlpatterns = [
    path("", answering_entry.mine, name="mine"),
    path("lieux", answering_live.places, name="places"),
    path("organisations", answering_live.organisations, name="organisations"),
    path("lien/<str:token>", answering_entry.by_link, name="by-link"),
    path("invitation", people.offer, name="offer"),
    path("invitation/<int:pk>/", people.offer_of_mine, name="offer-mine"),
    path("invitation/<str:token>", people.open_offer, name="offer-open"),
    path("dossier/<uuid:public_id>/", answering.response, name="response"),
    path("dossier/<uuid:public_id>/page/<slug:page_id>", answering.form_page, name="page"),
    path("dossier/<uuid:public_id>/relire", answering.review, name="review"),
    path("dossier/<uuid:public_id>/retirer", answering.withdraw, name="withdraw"),
    path("dossier/<uuid:public_id>/langue", answering.speak, name="speak"),
    path("dossier/<uuid:public_id>/annexes", answering.variants, name="variants"),
    path("dossier/<uuid:public_id>/vu", answering.seen, name="seen"),
    path("dossier/<uuid:public_id>/reprendre", answering_entry.copy, name="copy"),
    path("dossier/<uuid:public_id>/lien", answering_entry.link, name="link"),
    path("dossier/<uuid:public_id>/pdf", documents.pdf, name="pdf"),
    path("dossier/<uuid:public_id>/envois/<int:pk>/", documents.sent, name="sent"),
    path("dossier/<uuid:public_id>/fichiers/<uuid:file_id>", documents.file, name="file"),
    path("dossier/<uuid:public_id>/enregistrer", answering_live.save_fields, name="save"),
    path("dossier/<uuid:public_id>/nouvelles", answering_live.news, name="news"),
    path("dossier/<uuid:public_id>/presence", answering_live.beat, name="beat"),
    path("dossier/<uuid:public_id>/fichier/<slug:key>", answering_live.upload, name="upload"),
    path("dossier/<uuid:public_id>/personnes", people.everybody, name="people"),
    path("dossier/<uuid:public_id>/inviter", people.invite, name="invite"),
    path("dossier/<uuid:public_id>/confier", people.transfer, name="transfer"),
    path("dossier/<uuid:public_id>/invitations/<int:pk>/reprendre", people.withdraw_offer, name="offer-withdraw"),
    path("dossier/<uuid:public_id>/personnes/<int:pk>/role", people.change_role, name="role"),
    path("dossier/<uuid:public_id>/personnes/<int:pk>/retirer", people.remove, name="person-remove"),
    path("dossier/<uuid:public_id>/mandats/<int:pk>/finir", people.end_mandate, name="mandate-end"),
    path("dossier/<uuid:public_id>/remarques", people.remark, name="remark"),
    path("dossier/<uuid:public_id>/remarques/<int:pk>/regler", people.settle, name="remark-settle"),
    path("dossier/<uuid:public_id>/historique", people.history, name="history"),
    path("dossier/<uuid:public_id>/fil/<slug:key>", people.thread, name="thread"),
    path("<slug:slug>", answering_entry.public, name="open"),
    path("<slug:slug>/commencer", answering_entry.begin, name="begin"),
]
