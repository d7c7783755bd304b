from django.urls import URLPattern, path

from kiif.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern] = [
    path("", views.mine, name="mine"),
    path("toutes", views.everything, name="all"),
    path("regulieres", views.regular, name="regular"),
    path("regulieres/<int:pk>/pause", views.pause, name="pause"),
    path("<uuid:pk>", views.run, name="run"),
    path("<uuid:pk>/avancement", views.status, name="status"),
    path("<uuid:pk>/resultat", views.result, name="result"),
    path("<uuid:pk>/relancer", views.run_again, name="run-again"),
    path("<uuid:pk>/ecarter", views.dismiss, name="dismiss"),
]
