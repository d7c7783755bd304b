from django.contrib import admin

from kiif.accounts.read_only import ReadOnlyAdmin
from kiif.replication.models import Search, Solution


@admin.register(Solution)
class SolutionAdmin(ReadOnlyAdmin):
    """To see how many there are and which are trials; what people wrote stays in their pages."""

    list_display = ("id", "kind", "is_trial", "created_at", "updated_at")
    list_filter = ("kind",)
    fields = readonly_fields = ("kind", "created_at", "updated_at")

    @admin.display(boolean=True)
    def is_trial(self, solution: Solution) -> bool:
        return solution.owner_id is None


@admin.register(Search)
class SearchAdmin(ReadOnlyAdmin):
    """To see which levels are compared, and when."""

    list_display = ("id", "level", "version", "created_at", "updated_at")
    list_filter = ("level",)
    fields = readonly_fields = ("level", "version", "created_at", "updated_at")
