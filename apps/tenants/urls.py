from django.urls import path

from apps.tenants.views import account, api_keys, audit, organization, projects

_ORGANIZATION = "api/organizations/<str:organization_id>"
_KEYS = "api/projects/<str:project_id>/api_keys"
_ADMIN = "v1/organization"
_PROJECT = f"{_ADMIN}/projects/<str:project_id>"
_ACCOUNT = f"{_PROJECT}/service_accounts/<str:service_account_id>"

urlpatterns = [
    path("api/me", account.MeView.as_view()),
    path("api/impersonation/end", account.EndImpersonationView.as_view()),
    path("api/invitations/lookup", account.LookUpInvitationView.as_view()),
    path("api/invitations/accept", account.AcceptInvitationView.as_view()),
    path(f"{_ORGANIZATION}/leave", account.LeaveOrganizationView.as_view()),
    path(f"{_ORGANIZATION}/transfer", account.TransferOrganizationView.as_view()),
    path(_KEYS, api_keys.ApiKeysView.as_view()),
    path(f"{_KEYS}/<str:key_id>", api_keys.ApiKeyView.as_view()),
    path(f"{_KEYS}/<str:key_id>/rotate", api_keys.RotateApiKeyView.as_view()),
    path("api/projects/<str:project_id>/session_keys", api_keys.SessionKeysView.as_view()),
    path(f"{_ADMIN}/projects", projects.ProjectsView.as_view()),
    path(_PROJECT, projects.OneProjectView.as_view()),
    path(f"{_PROJECT}/archive", projects.ArchiveProjectView.as_view()),
    path(f"{_PROJECT}/users", projects.ProjectUsersView.as_view()),
    path(f"{_PROJECT}/users/<str:user_id>", projects.ProjectUserView.as_view()),
    path(f"{_PROJECT}/service_accounts", projects.ServiceAccountsView.as_view()),
    path(_ACCOUNT, projects.ServiceAccountView.as_view()),
    path(f"{_ACCOUNT}/api_keys", projects.ServiceAccountKeysView.as_view()),
    path(f"{_PROJECT}/api_keys", projects.ProjectApiKeysView.as_view()),
    path(f"{_PROJECT}/api_keys/<str:key_id>", projects.ProjectApiKeyView.as_view()),
    path(f"{_ADMIN}/users", organization.UsersView.as_view()),
    path(f"{_ADMIN}/users/<str:user_id>", organization.UserView.as_view()),
    path(f"{_ADMIN}/invites", organization.InvitesView.as_view()),
    path(f"{_ADMIN}/invites/<str:invite_id>", organization.InviteView.as_view()),
    path(f"{_ADMIN}/admin_api_keys", organization.AdminKeysView.as_view()),
    path(f"{_ADMIN}/admin_api_keys/<str:key_id>", organization.AdminKeyView.as_view()),
    path(f"{_ADMIN}/audit_logs", audit.AuditLogsView.as_view()),
    path(f"{_ADMIN}/audit_logs/export", audit.AuditLogsExportView.as_view()),
]
