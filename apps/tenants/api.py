"""The bases of views about people, organizations and projects."""

from typing import Any, ClassVar, cast

from rest_framework.request import Request

from apps.core.api import OrganizationView
from apps.core.caller import Caller, ReauthenticationRequired
from apps.core.inputs import CheckedView
from apps.tenants import selectors
from apps.tenants.access import Access, find_organization_access, find_project_access
from apps.tenants.authentication import SessionAuthentication
from apps.tenants.models import User
from kernel.errors import NotFound
from kernel.policy import READS


class PersonView(CheckedView):
    """A view for a signed-in person about themselves: no role decides, no API key opens it."""

    authentication_classes = [SessionAuthentication]
    sensitive: ClassVar[frozenset[str]] = frozenset()  # methods that need a fresh session

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        caller = cast(Caller, request.auth)
        if request.method in self.sensitive and not caller.is_fresh:
            raise ReauthenticationRequired("Confirm that it is you, then try again.")
        self.check_inputs(request)

    @property
    def person(self) -> User:
        return cast(User, self.request.user)


class NamedOrganizationView(OrganizationView):
    """A view whose path names the organization, for a signed-in person."""

    authentication_classes = [SessionAuthentication]

    def find_caller(self) -> Caller:
        caller = cast(Caller, self.request.auth)
        access = find_organization_access(str(caller.user_id), self.kwargs["organization_id"])
        if access and caller.is_impersonated and caller.tenant_id != access.tenant_id:
            access = None  # staff look at one organization of the person's
        return _within(caller, access, "organization")


class ProjectView(OrganizationView):
    """A view whose path names the project: of the key's organization, or one that the person can see."""

    def find_caller(self) -> Caller:
        caller, project_id = cast(Caller, self.request.auth), self.kwargs["project_id"]
        if caller.key_id is None:
            access = find_project_access(str(caller.user_id), project_id)
            if access and caller.tenant_id not in ("", access.tenant_id):
                access = None
            return _within(caller, access, "project")
        project = selectors.get_project(caller.tenant_id, project_id)  # 404
        allowed = caller.permissions & READS if project.archived_at else caller.permissions
        return caller.within(allowed, tenant_id=caller.tenant_id, project_id=project_id)


class DashboardProjectView(ProjectView):
    """As above, for a signed-in person only."""

    authentication_classes = [SessionAuthentication]


def _within(caller: Caller, access: Access | None, what: str) -> Caller:
    if access is None:
        raise NotFound(f"No such {what}.", param=f"{what}_id")
    return caller.within(access.permissions, tenant_id=access.tenant_id, project_id=access.project_id)
