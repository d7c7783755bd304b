from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from kiif.api import views
from kiif.api.main import api, public

app_name = "api"
urlpatterns = [
    path("", login_not_required(RedirectView.as_view(pattern_name="api:docs")), name="root"),
    path("v1/", views.docs, name="docs"),
    path("v1/", include(public(api.urls)[0])),
]
