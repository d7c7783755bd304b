from django.urls import path

from kiif.ui import views

urlpatterns = [
    path("", views.home, name="home"),
]
