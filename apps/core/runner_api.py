"""The base of the internal API's views: runners' own credential, contracts as bodies. Never public."""

import hmac
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView

from kernel import wire
from kernel.errors import InvalidApiKey, InvalidRequest

T = TypeVar("T")


class Runner:
    """The principal behind a runner's credential."""

    is_authenticated = True


class RunnerAuthentication(BaseAuthentication):
    """API keys and sessions do not open these routes."""

    def authenticate(self, request: Request) -> tuple[Runner, None]:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), settings.RUNNER_TOKEN.encode()):
            raise InvalidApiKey("The runner's credential is not right.")
        return Runner(), None


class RunnerView(APIView):
    """A call by a runner."""

    authentication_classes = [RunnerAuthentication]
    schema = None  # internal: not in the published document

    def field(self, name: str, kind: type[T]) -> T:
        """A field of the body as a contract. Raises InvalidRequest."""
        try:
            return wire.convert(cast(dict[str, Any], self.request.data)[name], kind)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidRequest(f"{name}: {error}", param=name) from error


def contract_response(message: object) -> HttpResponse:
    """A contract as the answer's JSON."""
    return HttpResponse(wire.encode(message), content_type="application/json")
