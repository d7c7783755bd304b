"""Every list of the product: search, filters in the address, sort, pages, count, empty state, CSV and Excel.

    class Members(Table):
        name = "membres"
        columns = (
            Column("name", _("Name"), url=lambda m: m.get_absolute_url(), sort="user__full_name", head=True),
            Column("role", _("Role"), value="get_role_display", sort="role"),
            Column("until", _("Until"), sort="until"),
        )
        search_fields = ("user__full_name", "user__email")
        filters = (Filter("role", _("Role"), choices=Role.choices, lookup="role"),)
        default_sort = "name"
        empty_title = _("Nobody yet")

    def members(request):
        table = Members(Membership.objects.visible_to(of(request)).select_related("user"), request)
        return respond(request, table, "alliance/members.html", {"incubator": incubator})

and in the template `{% table table %}`. Rows are a QuerySet, or a list of anything (then values are sorted and
searched in Python). Whatever the address says (`?page=10^30`, NUL, an unknown sort), the answer is a list, never an
error.
"""

from kiif.ui.tables.columns import Column, Filter
from kiif.ui.tables.table import Table
from kiif.ui.tables.views import respond

__all__ = ["Column", "Filter", "Table", "respond"]
