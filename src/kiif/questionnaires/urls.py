"""Addresses under /questionnaires/: design, collections, reading. Those of who answers are in `answer_urls`."""

from kiif.questionnaires import collection_urls, design_urls, reading_urls

app_name = "questionnaires"
urlpatterns = [*collection_urls.urlpatterns, *design_urls.urlpatterns, *reading_urls.urlpatterns]
