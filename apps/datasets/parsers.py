"""Reading uploads."""

from collections.abc import Mapping
from typing import IO, Any, cast

from django.conf import settings
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.datasets.services.upload import too_large_file
from apps.datasets.services.uploads import too_large_part
from kernel.errors import InvalidRequest, PayloadTooLarge

_FORM_BYTES = 64 * 1024  # what the other fields and the boundaries may take


class _Measured:
    """Counts what is read. Django takes the end of a broken connection for the end of the last file."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self.bytes = 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)
        self.bytes += len(data)
        return data


class UploadParser(MultiPartParser):
    """Multipart, streamed to a temporary file; refused by its declared length before a byte is read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        request = (parser_context or {})["request"]
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > self.max_bytes + _FORM_BYTES:
            raise self.refusal()
        measured = _Measured(stream)
        form = super().parse(cast("IO[Any]", measured), media_type, parser_context)
        if declared.isdigit() and measured.bytes < int(declared):
            raise InvalidRequest("The request's body ended before its Content-Length.")
        return form

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
