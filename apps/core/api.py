"""The base of the API's views: each names the action that its methods need, and nothing else decides."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.caller import Caller
from apps.core.inputs import CheckedView
from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from kernel.errors import InvalidRequest
from kernel.policy import Action


class ApiView(CheckedView):
    """A view whose methods are permitted by `actions`, a row of kernel.policy for each."""

    actions: ClassVar[dict[str, Action]]
    caller: Caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        action = self.actions.get("GET" if request.method == "HEAD" else str(request.method))
        if action is None:
            raise MethodNotAllowed(str(request.method))
        self.caller = self.find_caller()
        self.caller.require(action)
        self.check_inputs(request)

    def find_caller(self) -> Caller:
        """Who calls, about what. Raises InvalidRequest or NotFound when that cannot be said."""
        raise NotImplementedError

    def list_response(
        self,
        rows: "QuerySet[Any]",
        render: Callable[[Any], dict[str, Any]],
        *,
        newest_first: bool = True,
        by: str = "id",
    ) -> Response:
        """The page of the tenant's rows that a PageQuery asks for, each rendered, as OpenAI's list."""
        with tenant_scope(self.caller.tenant_id):
            page, has_more = paginate(rows, self.query, newest_first=newest_first, by=by)
        return Response(as_list([render(row) for row in page], has_more))


class TenantView(ApiView):
    """A view of one project's data."""

    def find_caller(self) -> Caller:
        caller = self.request.auth
        if not isinstance(caller, Caller) or not (caller.project_id or caller.key_id):
            raise InvalidRequest(
                "Name a project of yours in the OpenAI-Project header.", param="OpenAI-Project"
            )
        return caller


class OrganizationView(ApiView):
    """A view of an organization as a whole."""

    def find_caller(self) -> Caller:
        caller = self.request.auth
        if not isinstance(caller, Caller) or not caller.tenant_id:
            raise InvalidRequest(
                "Name an organization of yours in the OpenAI-Organization header.",
                param="OpenAI-Organization",
            )
        return caller
