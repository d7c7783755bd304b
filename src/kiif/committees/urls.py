"""Addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from kiif.committees.views import agenda, closing, cohort, gestures, live, sessions


class StateVerb(StringConverter):
    regex = "ouvrir|suspendre|reprendre"


class ItemVerb(StringConverter):
    regex = "appeler|montrer|ajourner|arreter|relancer|monter|descendre|discuter|retirer"


register_converter(StateVerb, "committee_state")
register_converter(ItemVerb, "committee_verb")

app_name = "committees"
_ONE = "seances/<uuid:public_id>/"
_ITEM = _ONE + "dossiers/<int:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.index, name="list"),
    path("appels/<uuid:public_id>/", sessions.of_call, name="of-call"),
    path("appels/<uuid:public_id>/nouvelle", sessions.create, name="create"),
    path("ecran/<str:token>/", live.screen, name="screen"),
    path("ecran/<str:token>/direct", live.screen_live, name="screen-live"),
    path(_ONE, sessions.session, name="session"),
    path(_ONE + "modifier", sessions.change, name="change"),
    path(_ONE + "membres/ajouter", sessions.member_add, name="member-add"),
    path(_ONE + "membres/<int:pk>/", sessions.member_change, name="member-change"),
    path(_ONE + "membres/<int:pk>/retirer", sessions.member_remove, name="member-remove"),
    path(_ONE + "membres/<int:pk>/presence", gestures.presence, name="presence"),
    path(_ONE + "conflits/<int:pk>", sessions.settle, name="settle"),
    path(_ONE + "inviter", sessions.invite, name="invite"),
    path(_ONE + "ecran", sessions.screen_open, name="screen-open"),
    path(_ONE + "ecran/retirer", sessions.screen_withdraw, name="screen-withdraw"),
    path(_ONE + "ordre-du-jour", agenda.agenda, name="agenda"),
    path(_ONE + "ordre-du-jour/construire", agenda.build, name="agenda-build"),
    path(_ONE + "ordre-du-jour/ajouter", agenda.add, name="agenda-add"),
    path(_ONE + "bureau", live.desk, name="desk"),
    path(_ONE + "bureau/direct", live.desk_live, name="desk-live"),
    path(_ONE + "ma-place", live.seat, name="seat"),
    path(_ONE + "ma-place/direct", live.seat_live, name="seat-live"),
    path(_ONE + "etat/<committee_state:verb>", gestures.state, name="state"),
    path(_ONE + "sans-discussion", gestures.batch, name="batch"),
    path(_ITEM, agenda.dossier, name="dossier"),
    path(_ITEM + "fichiers/<uuid:file_id>", agenda.file, name="file"),
    path(_ITEM + "proposer", agenda.batch, name="item-batch"),
    path(_ITEM + "geste/<committee_verb:verb>", gestures.item_gesture, name="item"),
    path(_ITEM + "vote", gestures.open_vote, name="open-vote"),
    path(_ITEM + "decider", gestures.decide, name="decide"),
    path(_ITEM + "motifs", gestures.reasons, name="reasons"),
    path(_ITEM + "rouvrir", gestures.reopen, name="reopen"),
    path(_ITEM + "conflit", gestures.declare, name="declare"),
    path(_ITEM + "notes", gestures.note, name="note"),
    path(_ONE + "votes/<int:pk>/voter", gestures.cast, name="cast"),
    path(_ONE + "votes/<int:pk>/clore", gestures.close_vote, name="close-vote"),
    path(_ONE + "liste-de-reserve", closing.reserve, name="reserve"),
    path(_ONE + "clore", closing.close, name="close"),
    path(_ONE + "compte-rendu", closing.minutes, name="minutes"),
    path(_ONE + "compte-rendu/remarques", closing.remarks, name="remarks"),
    path(_ONE + "compte-rendu/addendum", closing.addendum, name="addendum"),
    path(_ONE + "compte-rendu/<int:number>.pdf", closing.minutes_pdf, name="minutes-pdf"),
    path(_ONE + "compte-rendu/<int:number>.docx", closing.minutes_docx, name="minutes-docx"),
    path(_ONE + "promotion", cohort.cohort, name="cohort"),
    path(_ONE + "promotion/souhaits", cohort.wishes, name="wishes"),
    path(_ONE + "promotion/nouveau", cohort.create, name="scenario-create"),
    path(_ONE + "promotion/<uuid:scenario_id>/", cohort.scenario, name="scenario"),
    path(_ONE + "promotion/<uuid:scenario_id>/echanges", cohort.swaps, name="scenario-swaps"),
    path(_ONE + "promotion/<uuid:scenario_id>/supprimer", cohort.remove, name="scenario-remove"),
    path(_ONE + "promotion/export.csv", cohort.export, name="cohort-export"),
]
