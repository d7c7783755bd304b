"""Addresses under /questionnaires/: design, collections, reading. Those of who answers are in `answer_urls`."""

from kiif.questionnaires import reading_urls

app_name = "questionnaires"
urlpatterns = [*reading_urls.urlpatterns]
