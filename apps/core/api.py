"""The base of the API's views."""

from rest_framework.views import APIView

from apps.core.caller import Caller
from kernel.errors import InvalidRequest


class TenantView(APIView):
    """A view of one organization's project: `self.caller` says whose."""

    @property
    def caller(self) -> Caller:
        """Raises InvalidRequest when a session named no project."""
        caller = self.request.auth
        if not isinstance(caller, Caller) or not caller.project_id:
            raise InvalidRequest(
                "Name a project of yours in the OpenAI-Project header.",
                param="OpenAI-Project",
            )
        return caller
