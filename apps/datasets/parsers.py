"""Reading uploads."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.datasets.services.upload import too_large_file
from apps.datasets.services.uploads import too_large_part
from kernel.errors import PayloadTooLarge

_FORM_BYTES = 64 * 1024  # what the other fields and the boundaries may take


class UploadParser(MultiPartParser):
    """Multipart, streamed to a temporary file; refused by its declared length before a byte is read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        request = (parser_context or {})["request"]
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > self.max_bytes + _FORM_BYTES:
            raise self.refusal()
        return super().parse(stream, media_type, parser_context)

    @property
    def max_bytes(self) -> int:
        return settings.MAX_FILE_BYTES

    def refusal(self) -> PayloadTooLarge:
        return too_large_file()


class PartParser(UploadParser):
    """The same for a part of an upload."""

    @property
    def max_bytes(self) -> int:
        return settings.MAX_PART_BYTES

    def refusal(self) -> PayloadTooLarge:
        return too_large_part()
