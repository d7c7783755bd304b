from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("kiif.ui.urls")),
    path("compte/", include("kiif.accounts.urls")),
    path("compte/", include("kiif.accounts.entrance_urls")),
    path("journal/", include("kiif.journal.urls")),
    path("taches/", include("kiif.jobs.urls")),
    path("recherche/", include("kiif.search.urls")),
    path("courriels/", include("kiif.mailbox.urls")),
    path("fichiers/", include("kiif.attachments.urls")),
    path("alliance/", include("kiif.alliance.urls")),
    path("questionnaires/", include("kiif.questionnaires.urls")),
    path("repondre/", include("kiif.questionnaires.answer_urls")),
    path("", include("kiif.programmes.urls")),
    path("lectures/", include("kiif.reviews.urls")),
    path("decisions/", include("kiif.decisions.urls")),
    path("comites/", include("kiif.committees.urls")),
    path("promotions/", include("kiif.cohorts.urls")),
    path("pilotage/", include("kiif.steering.urls")),
    path("essaimer/", include("kiif.replication.urls")),
    path("organisations/", include("kiif.organisations.urls")),
    path("territoires/", include("kiif.territories.urls")),
    path("api/", include("kiif.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "kiif.ui.views.errors.bad_request"
handler403 = "kiif.ui.views.errors.permission_denied"
handler404 = "kiif.ui.views.errors.page_not_found"
handler500 = "kiif.ui.views.errors.server_error"
