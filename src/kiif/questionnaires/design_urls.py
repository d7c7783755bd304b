"""Addresses of the designer, under /questionnaires/."""

from django.urls import path, re_path

from kiif.questionnaires.views import (
    design,
    design_blocks,
    design_check,
    design_conditions,
    design_exchange,
    design_gestures,
    design_list,
    design_preview,
    design_remarks,
    design_versions,
)

_ELEMENT = r"^(?P<public_id>[0-9a-f]{8}-[0-9a-f-]{27})/e/(?P<element>root|[spq]_[a-z0-9]{4,24})/"

urlpatterns = [
    path("", design_list.index, name="list"),
    path("nouveau", design_list.create, name="create"),
    path("importer", design_exchange.bring_new, name="import"),
    path("schema.json", design_exchange.schema, name="schema"),
    path("blocs/", design_blocks.library, name="library"),
    path("blocs/<int:pk>/retirer", design_blocks.drop, name="block-drop"),
    path("<uuid:public_id>/", design.page, name="questionnaire"),
    path("<uuid:public_id>/ecrire", design.write, name="write-root"),
    path("<uuid:public_id>/ajouter", design_gestures.add, name="add"),
    path("<uuid:public_id>/reprendre", design_gestures.undo, name="undo"),
    path("<uuid:public_id>/historique", design_gestures.history, name="history"),
    path("<uuid:public_id>/remarques", design_remarks.say, name="remark"),
    path("<uuid:public_id>/remarques/<int:pk>/regler", design_remarks.settle, name="settle"),
    path("<uuid:public_id>/garder", design_blocks.keep, name="keep"),
    path("<uuid:public_id>/reglages", design_list.settings, name="settings"),
    path("<uuid:public_id>/copier", design_list.copy, name="copy"),
    path("<uuid:public_id>/ranger", design_list.archive, name="archive"),
    path("<uuid:public_id>/apercu", design_preview.page, name="preview"),
    path("<uuid:public_id>/apercu/cadre", design_preview.frame_page, name="preview-frame"),
    path("<uuid:public_id>/verifier", design_check.page, name="check"),
    path("<uuid:public_id>/publier", design_check.publish, name="publish"),
    path("<uuid:public_id>/versions", design_versions.index, name="versions"),
    path("<uuid:public_id>/versions/comparer", design_versions.compare, name="compare"),
    path("<uuid:public_id>/versions/<int:number>/", design_versions.detail, name="version"),
    path("<uuid:public_id>/versions/<int:number>/remettre", design_versions.restore, name="restore"),
    path("<uuid:public_id>/echanges", design_exchange.page, name="exchange"),
    path("<uuid:public_id>/echanges/apporter", design_exchange.bring, name="bring"),
    path("<uuid:public_id>/exporter/<str:kind>", design_exchange.export, name="export"),
    re_path(_ELEMENT + r"$", design.page, name="element"),
    re_path(_ELEMENT + r"ecrire$", design.write, name="write"),
    re_path(_ELEMENT + r"genres$", design.kinds_menu, name="kinds"),
    re_path(_ELEMENT + r"genre$", design_gestures.change_kind, name="change-kind"),
    re_path(_ELEMENT + r"deplacer$", design_gestures.move, name="move"),
    re_path(_ELEMENT + r"dupliquer$", design_gestures.duplicate, name="duplicate"),
    re_path(_ELEMENT + r"supprimer$", design_gestures.remove, name="remove"),
    re_path(_ELEMENT + r"modele$", design_gestures.set_model, name="model"),
    re_path(_ELEMENT + r"blocs$", design_blocks.put_in, name="put-in"),
    re_path(
        _ELEMENT + r"condition/(?P<name>relevant|required_if|constraint|calculation)/$",
        design_conditions.condition,
        name="condition",
    ),
    re_path(
        _ELEMENT + r"condition/(?P<name>relevant|required_if|constraint|calculation)/lire$",
        design_conditions.formula,
        name="formula",
    ),
]
