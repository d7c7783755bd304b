from django.urls import include, path

from kiif.replication.views import asking, brought, criteria, home, kept, results, shortlist, solutions, weighing, why

app_name = "replication"
urlpatterns = [
    path("", home.home, name="home"),
    path("solutions/nouvelle", solutions.create, name="solution-create"),
    path("solutions/<int:pk>/", solutions.detail, name="solution"),
    path("solutions/<int:pk>/modifier", solutions.change, name="solution-change"),
    path("solutions/<int:pk>/supprimer", solutions.remove, name="solution-remove"),
    path("solutions/<int:pk>/comparer", solutions.start, name="search-create"),
    path("recherches/<int:pk>/", results.page, name="results"),
    path("recherches/<int:pk>/classement", results.ranking, name="ranking"),
    path("recherches/<int:pk>/carte.json", results.values, name="map-values"),
    path("recherches/<int:pk>/ecartes", results.excluded, name="excluded"),
    path("recherches/<int:pk>/criteres", criteria.edit, name="criteria"),
    path("recherches/<int:pk>/criteres/essai", criteria.preview, name="criteria-preview"),
    path("recherches/<int:pk>/criteres/bibliotheque", criteria.library, name="library"),
    path("recherches/<int:pk>/poids/ordre", weighing.order, name="weights-order"),
    path("recherches/<int:pk>/poids/questions", asking.questions, name="weights-questions"),
    path("recherches/<int:pk>/poids/points", asking.points, name="weights-points"),
    path("recherches/<int:pk>/chiffres", brought.figures, name="figures"),
    path("recherches/<int:pk>/chiffres/<int:own>/retirer", brought.remove_figures, name="figures-remove"),
    path("recherches/<int:pk>/territoires/<str:code>/", why.page, name="why"),
    path("recherches/<int:pk>/territoires/<str:code>/avis", why.score, name="score"),
    path("recherches/<int:pk>/resultats", kept.index, name="kept"),
    path("recherches/<int:pk>/resultats/<int:number>/", kept.detail, name="kept-result"),
    path("recherches/<int:pk>/liste", shortlist.page, name="shortlist"),
    path("recherches/<int:pk>/liste/retenir", shortlist.pick, name="pick"),
    path("recherches/<int:pk>/liste/ecarter/<str:code>", shortlist.exclude, name="exclude"),
    path("recherches/<int:pk>/liste/<int:chosen>/note", shortlist.note, name="pick-note"),
    path("recherches/<int:pk>/liste/<int:chosen>/deplacer", shortlist.move, name="pick-move"),
    path("recherches/<int:pk>/liste/<int:chosen>/retirer", shortlist.remove, name="pick-remove"),
    path("recherches/<int:pk>/liste/repartir", shortlist.spread, name="spread"),
    path("recherches/<int:pk>/liste/note", shortlist.paper, name="paper"),
    path("", include("kiif.replication.study_urls")),
]
