"""The catalogue over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors
from apps.catalog.serializers import BaseListOutput, render_bases
from apps.core.api import OrganizationView
from kernel.policy import Action


class ListBasesView(OrganizationView):
    """GET /v1/bases: every base model that is offered here."""

    actions = {"GET": Action.BASE_READ}

    @extend_schema(operation_id="listBases", responses=BaseListOutput)
    def get(self, request: Request) -> Response:
        return Response(render_bases(selectors.list_bases()))
