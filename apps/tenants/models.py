"""People, organizations (the tenants), their projects and API keys."""

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

    def __str__(self) -> str:
        return self.name


class Project(TenantModel):
    """Where files, jobs and keys live within an organization."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "proj_"), editable=False)
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(is_default=True), name="one_default_project_per_tenant"
            )
        ]


class Role(models.TextChoices):
    OWNER = "owner"
    MEMBER = "member"


class Membership(TenantModel):
    """A person in an organization."""

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="member_once_per_tenant"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]


class ApiKey(TenantModel):
    """A credential of one project. Only its HMAC is kept."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "key_"), editable=False)
    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+", null=True)
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    redacted_value = models.CharField(max_length=24)
    is_session = models.BooleanField(default=False)  # the dashboard's own, short-lived and never listed
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
