"""Stops keeping a file as soon as it is larger than anything the product takes: a disk is not filled by a request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

#: Attribute set on a request of which a file was dropped.
DROPPED = "upload_dropped"


class CeilingUploadHandler(FileUploadHandler):
    """Goes before the others: counts each file, and drops it above `settings.UPLOAD_CEILING` bytes.

    The rest of the request is read and thrown away, so that the person gets a page with a sentence.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_CEILING:
            setattr(self.request, DROPPED, True)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the making of the file to the next handlers."""
