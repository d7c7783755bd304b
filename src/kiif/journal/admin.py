from django.contrib import admin

from kiif.accounts.read_only import ReadOnlyAdmin
from kiif.journal.models import JournalEntry, JournalSeal


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "acting_as", "verb", "detail", "impersonator")
    list_filter = ("at",)
    list_select_related = ("person__user", "impersonator__user", "detail")
    search_fields = ("verb", "detail__object_label")
    show_full_result_count = False


@admin.register(JournalSeal)
class JournalSealAdmin(ReadOnlyAdmin):
    list_display = ("at", "first_entry_id", "last_entry_id", "entries", "digest")
