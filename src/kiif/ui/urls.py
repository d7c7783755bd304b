from django.urls import path

from kiif.ui.views import preferences, public, style

urlpatterns = [
    path("", public.home, name="home"),
    path("langue", preferences.language, name="language"),
    path("couleurs", preferences.theme, name="theme"),
    path("style", style.style_guide, name="style-guide"),
]
