from django.urls import path

from kiif.ui.views import preferences, public, style, today

urlpatterns = [
    path("", public.home, name="home"),
    path("aujourdhui", today.today, name="today"),
    path("langue", preferences.language, name="language"),
    path("couleurs", preferences.theme, name="theme"),
    path("accessibilite", public.accessibility, name="accessibility"),
    path("vie-privee", public.privacy, name="privacy"),
    path("code-source", public.source, name="source"),
    path("style", style.style_guide, name="style-guide"),
]
