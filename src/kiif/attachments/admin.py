from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kiif.attachments.models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(admin.ModelAdmin[Attachment]):
    """To see what takes room and what waits for its check; names and contents stay in the dossiers."""

    list_display = ("public_id", "content_type", "kind", "size", "scan", "at")
    list_filter = ("scan", "kind", "content_type")
    fields = readonly_fields = ("public_id", "content_type", "kind", "size", "sha256", "scan", "at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
