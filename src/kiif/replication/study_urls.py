"""Addresses of feasibility studies, sharing and the atlas of demand; `urls.py` includes this list."""

from django.urls import path

from kiif.replication.views import atlas, mine, proposed, sharing, study, study_documents, study_lines

urlpatterns = [
    path("recherches/<int:pk>/etudes/", study.studies, name="studies"),
    path("recherches/<int:pk>/territoires/<str:code>/etude", study.study_open, name="study-open"),
    path("etudes/", mine.studies, name="my-studies"),
    path("etudes/<int:pk>/propositions", proposed.proposals, name="study-proposals"),
    path("etudes/<int:pk>/", study.study, name="study"),
    path("etudes/<int:pk>/parties/<slug:part>", study.study_part, name="study-part"),
    path("etudes/<int:pk>/parties/<slug:part>/versions", study.study_versions, name="study-versions"),
    path("etudes/<int:pk>/presence", study.study_pulse, name="study-pulse"),
    path("etudes/<int:pk>/decision", study.study_decide, name="study-decide"),
    path("etudes/<int:pk>/fichiers", study.study_files, name="study-files"),
    path("etudes/<int:pk>/historique", study.study_history, name="study-history"),
    path("etudes/<int:pk>/etude.pdf", study_documents.study_pdf, name="study-pdf"),
    path("etudes/<int:pk>/etude.docx", study_documents.study_docx, name="study-docx"),
    path("etudes/<int:pk>/lignes/nouvelle/<slug:kind>", study_lines.line_create, name="line-create"),
    path("etudes/<int:pk>/lignes/<int:line>", study_lines.line_change, name="line-change"),
    path("etudes/<int:pk>/lignes/<int:line>/retirer", study_lines.line_remove, name="line-remove"),
    path("solutions/<int:pk>/partage", sharing.sharing, name="sharing"),
    path("solutions/<int:pk>/partage/personne", sharing.share_person, name="share-person"),
    path("solutions/<int:pk>/partage/organisation", sharing.share_body, name="share-body"),
    path("solutions/<int:pk>/partage/<int:grant>/retirer", sharing.share_end, name="share-end"),
    path("solutions/<int:pk>/partage/lien", sharing.link_create, name="link-create"),
    path("solutions/<int:pk>/partage/liens/<int:link>/fermer", sharing.link_close, name="link-close"),
    path("lecture/<str:token>", sharing.reading_page, name="reading"),
    path("atlas/", atlas.atlas, name="atlas"),
]
