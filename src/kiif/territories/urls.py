from django.urls import path, re_path

from kiif.territories.views import alliance, data, draw, drawn, home, pages, tiles

app_name = "territories"
urlpatterns = [
    path("", home.home, name="home"),
    path("recherche", pages.search, name="search"),
    path("comparer", pages.compare, name="compare"),
    path("tuiles/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("valeurs/<str:level>/<str:indicator>.json", tiles.values, name="values"),
    path("alliance/", alliance.coverage, name="alliance"),
    path("donnees/", data.overview, name="data"),
    path("donnees/importer", data.give, name="import-create"),
    path("donnees/imports/<int:pk>/", data.detail, name="import"),
    path("donnees/imports/<int:pk>/publier", data.publish, name="import-publish"),
    path("donnees/imports/<int:pk>/ecarter", data.discard, name="import-discard"),
    path("dessines/", drawn.index, name="drawn-list"),
    path("dessines/nouveau", draw.start, name="draw"),
    path("dessines/brouillon/<int:pk>/", draw.edit, name="draft"),
    path("dessines/brouillon/<int:pk>/textes", draw.save_texts, name="draft-texts"),
    path("dessines/brouillon/<int:pk>/communes", draw.change_communes, name="draft-communes"),
    path("dessines/brouillon/<int:pk>/liste", draw.read_list, name="draft-list"),
    path("dessines/brouillon/<int:pk>/reprendre", draw.rebase, name="draft-rebase"),
    path("dessines/brouillon/<int:pk>/abandonner", draw.discard, name="draft-discard"),
    path("dessines/<slug:slug>/", drawn.page, name="drawn"),
    path("dessines/<slug:slug>/historique", drawn.history, name="drawn-history"),
    path("dessines/<slug:slug>/versions/<int:number>/", drawn.version, name="drawn-version"),
    path("dessines/<slug:slug>/differences", drawn.differences, name="drawn-differences"),
    path("dessines/<slug:slug>/redessiner", draw.again, name="redraw"),
    path("dessines/<slug:slug>/decrire", drawn.describe, name="drawn-describe"),
    path("dessines/<slug:slug>/partager", drawn.share, name="drawn-share"),
    path("dessines/<slug:slug>/retirer", drawn.withdraw, name="drawn-withdraw"),
    path("dessines/<slug:slug>/retablir", drawn.restore, name="drawn-restore"),
    re_path(
        r"^(?P<level>commune|intercommunalite|bassin-de-vie|departement|region)/(?P<code>[0-9A-Za-z]{1,9})(?:-(?P<slug>[-\w]*))?/$",
        pages.page,
        name="page",
    ),
]
