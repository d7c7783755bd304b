from django.urls import path

from kiif.accounts.views import account, data, people, proof, terms

app_name = "people"
urlpatterns = [
    path("", account.home, name="account"),
    path("profil/", account.profile, name="profile"),
    path("mes-donnees/", data.my_data, name="my-data"),
    path("mes-donnees/telecharger/", data.export, name="my-data-export"),
    path("mes-donnees/effacement/", data.erasure, name="erasure"),
    path("mes-donnees/effacement/annuler/", data.erasure_cancel, name="erasure-cancel"),
    path("verification/courriel/", proof.code, name="prove"),
    path("conditions/", terms.terms, name="terms"),
    path("textes/<slug:kind>/", terms.text, name="text"),
    path("textes/<slug:kind>/accepter/", terms.accept, name="text-accept"),
    path("acceptations/<int:pk>/retirer/", terms.withdraw, name="consent-withdraw"),
    path("personnes/", people.people, name="people"),
    path("personnes/<int:pk>/voir/", people.visit_start, name="visit-start"),
    path("visite/terminer/", people.visit_end, name="visit-end"),
]
