from django.urls import path

from kiif.journal import views

app_name = "journal"
urlpatterns = [
    path("", views.whole, name="whole"),
    path("dans/<slug:app>/<slug:model>/<str:pk>/", views.scope, name="scope"),
    path("de/<slug:app>/<slug:model>/<str:pk>/", views.history, name="object"),
    path("entree/<int:pk>/", views.open_object, name="open"),
]
