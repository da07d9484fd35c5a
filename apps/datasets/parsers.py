"""Reading uploads."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import DataAndFiles, MultiPartParser

from kernel.errors import PayloadTooLarge

_FORM_BYTES = 64 * 1024  # what the other fields and the boundaries may take


class UploadParser(MultiPartParser):
    """Multipart, streamed to a temporary file; refused by its declared length before a byte is read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        request = (parser_context or {})["request"]
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > settings.MAX_FILE_BYTES + _FORM_BYTES:
            megabytes = settings.MAX_FILE_BYTES // 1024**2
            raise PayloadTooLarge(f"The file is larger than the limit of {megabytes} MB.", param="file")
        return super().parse(stream, media_type, parser_context)
