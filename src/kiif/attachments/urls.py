from django.urls import path

from kiif.attachments import views

app_name = "attachments"
urlpatterns = [
    path("<uuid:public_id>/", views.download, name="download"),
    path("<uuid:public_id>/retirer", views.remove, name="remove"),
    path("ajouter/<slug:app>/<slug:model>/<str:pk>/", views.add, name="add"),
]
