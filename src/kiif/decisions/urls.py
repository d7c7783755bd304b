"""Addresses of the room: `/decisions/` for who runs a call, `/decisions/reponse/` for carriers."""

from __future__ import annotations

from django.urls import path, re_path

from kiif.decisions.views import answers, carriers, following, letters, publishing

app_name = "decisions"
_UUID = "(?P<public_id>[0-9a-f-]{36})"
urlpatterns = [
    path("appels/<uuid:public_id>/", answers.index, name="call"),
    path("appels/<uuid:public_id>/ensemble/", answers.bulk, name="bulk"),
    path("appels/<uuid:public_id>/lettres/", letters.index, name="letters"),
    path("appels/<uuid:public_id>/publier/", publishing.publish, name="publish"),
    path("appels/<uuid:public_id>/liste-complementaire/", following.reserve, name="reserve"),
    path("appels/<uuid:public_id>/reexamens/", following.reviews, name="reviews"),
    path("appels/<uuid:public_id>/regles/", following.terms, name="terms"),
    path("appels/<uuid:public_id>/textes/", letters.texts, name="texts"),
    path("appels/<uuid:public_id>/textes/<slug:kind>/<slug:language>/", letters.text, name="text"),
    path("appels/<uuid:public_id>/textes/<slug:kind>/<slug:language>/abandon/", letters.give_up, name="text-give-up"),
    path("dossiers/<uuid:public_id>/", answers.decide, name="decide"),
    path("decision/<uuid:public_id>/retirer/", answers.drop, name="drop"),
    path("decision/<uuid:public_id>/lettre/", letters.begin, name="letter-begin"),
    path("decision/<uuid:public_id>/place/", answers.reply_for, name="reply-for"),
    path("decision/<uuid:public_id>/delai/", answers.extend, name="extend"),
    path("decision/<uuid:public_id>/appeler/", following.call_next, name="call-next"),
    path("decision/<uuid:public_id>/reexamen/", following.enter_review, name="review-enter"),
    path("lettres/<uuid:public_id>/", letters.letter, name="letter"),
    path("lettres/<uuid:public_id>/pdf/", letters.as_pdf, name="letter-pdf"),
    re_path(
        rf"^lettres/{_UUID}/(?P<name>prete|reprendre|recommencer|revenue|renvoyer)/$",
        letters.gesture,
        name="letter-gesture",
    ),
    path("reexamens/<uuid:public_id>/", following.review, name="review"),
    path("reponse/<uuid:public_id>/", carriers.mine, name="mine"),
    path("reponse/<uuid:public_id>/lettre/", carriers.letter, name="mine-letter"),
    path("reponse/<uuid:public_id>/place/", carriers.place, name="mine-place"),
    path("reponse/<uuid:public_id>/reexamen/", carriers.ask, name="mine-review"),
]
