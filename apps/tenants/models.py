"""People, organizations (the tenants), their projects, who is in them, and keys."""

from functools import partial
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q

from apps.core.models import TenantModel
from kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may see hangs on their memberships, never on this row."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "user-"), editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()


class Organization(models.Model):
    """A tenant. Row-level security shows it to itself only."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "org-"), editable=False)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=40, unique=True)  # part of its models' public names
    requests_per_minute = models.PositiveIntegerField(default=600)
    tokens_per_minute = models.PositiveIntegerField(default=200_000)
    max_active_jobs = models.PositiveIntegerField(default=10)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)  # closed to everybody; its rows are being erased or are gone

    def __str__(self) -> str:
        return self.name


class Project(TenantModel):
    """Where files, jobs and keys live within an organization."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "proj_"), editable=False)
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)  # can be read by people, and nothing else

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(is_default=True), name="one_default_project_per_tenant"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(archived_at__isnull=True), name="default_project_stays"
            ),
        ]


class OrganizationRole(models.TextChoices):
    """The part of kernel.policy.Role that a member has in an organization."""

    OWNER = "owner"
    ADMIN = "admin"
    DEVELOPER = "developer"
    BILLING = "billing"
    VIEWER = "viewer"


class ProjectRole(models.TextChoices):
    OWNER = "owner"
    MEMBER = "member"


class Membership(TenantModel):
    """A person in an organization."""

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=OrganizationRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="member_once_per_tenant"),
            models.CheckConstraint(
                condition=Q(role__in=OrganizationRole.values), name="membership_role_known"
            ),
        ]


class ProjectMembership(TenantModel):
    """A member of the organization in one of its projects. Owners and admins need none."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=ProjectRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="member_once_per_project"),
            models.CheckConstraint(condition=Q(role__in=ProjectRole.values), name="project_role_known"),
        ]


class Invite(TenantModel):
    """A seat offered by e-mail. Only the HMAC of its token is kept; it works once, until it expires."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "invite-"), editable=False)
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=OrganizationRole)
    projects = models.JSONField(default=list)  # [{"id", "role"}]
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("tenants.User", on_delete=models.SET_NULL, related_name="+", null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"], condition=Q(accepted_at__isnull=True), name="one_open_invite"
            ),
            models.CheckConstraint(condition=Q(role__in=OrganizationRole.values), name="invite_role_known"),
        ]


class ServiceAccount(TenantModel):
    """A caller that is no person: a server, a pipeline. Lives in one project and holds keys."""

    id = models.CharField(
        primary_key=True, max_length=40, default=partial(new_id, "svc_acct_"), editable=False
    )
    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=8, choices=ProjectRole, default=ProjectRole.MEMBER)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=ProjectRole.values), name="service_account_role_known"
            )
        ]


class ApiKey(TenantModel):
    """A credential of one project, or of the whole organization (`project` is null: an admin key).

    Only its HMAC is kept. It works while its owner, a person or a service account, may use it.
    """

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "key_"), editable=False)
    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+", null=True)
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+", null=True)
    service_account = models.ForeignKey(
        "tenants.ServiceAccount", on_delete=models.CASCADE, related_name="+", null=True
    )
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    redacted_value = models.CharField(max_length=24)
    is_session = models.BooleanField(default=False)  # the dashboard's own, short-lived and never listed
    scopes = models.JSONField(default=list)  # kernel.policy.KEY_SCOPES; empty: all of them
    model_names = models.JSONField(default=list)  # public names that may be called; empty: all
    networks = models.JSONField(default=list)  # CIDR; empty: from anywhere
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, service_account__isnull=True)
                | Q(user__isnull=True, service_account__isnull=False, project__isnull=False),
                name="key_has_one_owner",
            )
        ]


class ProjectRateLimit(TenantModel):
    """What a project may use of a base per minute, below the organization's own limits."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    base_model = models.CharField(max_length=64)
    requests_per_minute = models.PositiveIntegerField()
    tokens_per_minute = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "base_model"], name="one_rate_limit_per_base")
        ]
