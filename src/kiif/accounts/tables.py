from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.ui.tables import Column, Table


class People(Table):
    """Whom support may help. No export: a list of everybody's address leaves by no door."""

    name = "personnes"
    columns = (
        Column(
            "full_name",
            _("Name"),
            value=str,
            sub="email",
            sort=("full_name", "email"),
            head=True,
            url=lambda person: reverse("people:visit-start", args=[person.pk]),
        ),
        Column("last_login", _("Last sign-in"), sort="last_login"),
        Column("date_joined", _("Account opened"), sort="date_joined"),
    )
    search_fields = ("full_name", "email")
    search_label = _("Name or address")
    default_sort = "full_name"
    exports = ()
    caption = _("People")
    empty_title = _("Nobody by this name")
    empty_text = _("Check the spelling, or search by address.")
