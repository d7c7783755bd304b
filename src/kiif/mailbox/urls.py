from django.urls import URLPattern, path

from kiif.mailbox.views import development, outbox, subscription, texts

app_name = "mailbox"
urlpatterns: list[URLPattern] = [
    path("", outbox.outbox, name="outbox"),
    path("recus", subscription.received, name="received"),
    path("preferences", subscription.preferences, name="preferences"),
    path("desabonnement/<str:token>", subscription.unsubscribe, name="unsubscribe"),
    path("textes", texts.index, name="texts"),
    path("textes/<str:kind>/<str:language>", texts.edit, name="text"),
    path("textes/<str:kind>/<str:language>/apercu", texts.preview, name="text-preview"),
    path("textes/<str:kind>/<str:language>/revenir", texts.give_up, name="text-give-up"),
    path("developpement", development.index, name="development"),
    path("developpement/<int:pk>", development.mail, name="development-mail"),
    path("developpement/<int:pk>/html", development.html, name="development-html"),
    path("<int:pk>", outbox.mail, name="mail"),
    path("<int:pk>/html", outbox.html, name="mail-html"),
    path("<int:pk>/renvoyer", outbox.retry, name="mail-retry"),
    path("<int:pk>/envoye", outbox.mark_sent, name="mail-mark-sent"),
    path("<int:pk>/vu", outbox.looked_at, name="mail-looked-at"),
    path("<int:pk>/envoyer", outbox.release, name="mail-release"),
    path("<int:pk>/ecarter", outbox.discard, name="mail-discard"),
]
