from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kiif.journal.models import JournalEntry, JournalSeal


class ReadOnly(admin.ModelAdmin[Any]):
    """Shown, never written: the database would refuse anyway."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnly):
    list_display = ("at", "person", "acting_as", "verb", "detail", "impersonator")
    list_filter = ("at",)
    list_select_related = ("person__user", "impersonator__user", "detail")
    search_fields = ("verb", "detail__object_label")
    show_full_result_count = False


@admin.register(JournalSeal)
class JournalSealAdmin(ReadOnly):
    list_display = ("at", "first_entry_id", "last_entry_id", "entries", "digest")
