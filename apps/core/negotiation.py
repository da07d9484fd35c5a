"""Which form an answer has."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OnlyForm(DefaultContentNegotiation):
    """A view with one form of answer gives that, whatever the client would rather have.

    OpenAI's clients ask for `application/binary` for the content of a file; our errors are JSON there too.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        forms = list(renderers)
        if len(forms) == 1:
            return forms[0], forms[0].media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, forms, format_suffix)
        return chosen
