"""Views that take bytes in."""

from typing import Any

from rest_framework.request import Request

from apps.core.api import TenantView
from apps.datasets.services.quota import count_upload_request


class CountedView(TenantView):
    """Its POSTs are counted against the project's rate before their body is read. 429."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            count_upload_request(self.caller.project_id)
