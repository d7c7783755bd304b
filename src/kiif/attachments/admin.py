from django.contrib import admin

from kiif.accounts.read_only import ReadOnlyAdmin
from kiif.attachments.models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """To see what takes room and what waits for its check; names and contents stay in the dossiers."""

    list_display = ("public_id", "content_type", "kind", "size", "scan", "at")
    list_filter = ("scan", "kind", "content_type")
    fields = readonly_fields = ("public_id", "content_type", "kind", "size", "sha256", "scan", "at")
