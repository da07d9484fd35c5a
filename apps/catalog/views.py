"""The catalogue over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import selectors
from apps.catalog.serializers import BaseListOutput, render_bases


class ListBasesView(APIView):
    """GET /v1/bases: every base model that is offered here."""

    @extend_schema(operation_id="listBases", responses=BaseListOutput)
    def get(self, request: Request) -> Response:
        return Response(render_bases(selectors.list_bases()))
