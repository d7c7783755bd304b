from django.urls import path

from kiif.organisations.views import directory, duplicates, edit, fiche, lists, people, solutions

app_name = "organisations"
urlpatterns = [
    path("", directory.home, name="home"),
    path("les-miennes/", directory.mine, name="mine"),
    path("nouvelle/", edit.create, name="create"),
    path("choisir/", directory.choose, name="choose"),
    path("choisir/commune/", directory.communes, name="communes"),
    path("doublons/", duplicates.index, name="duplicates"),
    path("doublons/<int:pk>/", duplicates.compare, name="compare"),
    path("fusions/<int:pk>/annuler/", duplicates.undo, name="undo"),
    path("importer/", lists.bring, name="import-list"),
    path("importer/modele.csv", lists.model, name="import-model"),
    path("importer/<int:pk>/", lists.review, name="import"),
    path("rejoindre/<str:token>/", people.claim, name="claim"),
    path("personnes/<int:pk>/accepter/", people.accept, name="tie-accept"),
    path("personnes/<int:pk>/reconnaitre/", people.confirm, name="tie-confirm"),
    path("personnes/<int:pk>/modifier/", people.change, name="tie-change"),
    path("personnes/<int:pk>/terminer/", people.end, name="tie-end"),
    path("solutions/<int:pk>/modifier/", solutions.change, name="offering-change"),
    path("solutions/<int:pk>/retirer/", solutions.remove, name="offering-remove"),
    path("<int:pk>/", fiche.detail, name="detail"),
    path("<int:pk>/modifier/", edit.change, name="change"),
    path("<int:pk>/registres/", edit.registry, name="registry"),
    path("<int:pk>/fermer/", edit.close, name="close"),
    path("<int:pk>/rouvrir/", edit.reopen, name="reopen"),
    path("<int:pk>/suivre/", edit.follow, name="follow"),
    path("<int:pk>/suivi/", edit.followers, name="followers"),
    path("<int:pk>/personnes/nouvelle/", people.add, name="tie-create"),
    path("<int:pk>/solutions/nouvelle/", solutions.create, name="offering-create"),
    path("<int:pk>/doublon/", duplicates.start, name="duplicate-start"),
]
