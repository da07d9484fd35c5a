"""Shapes of accounts, organizations and people. OpenAI's where OpenAI has them."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from apps.core.inputs import IdListField, StrictSerializer
from apps.core.pagination import IdListOutput, PageQuery
from apps.tenants.models import OrganizationRole, ProjectRole

_ROLE_WORDS = [*OrganizationRole.values, "reader"]


def seconds(at: datetime | None) -> int | None:
    """Unix seconds."""
    return int(at.timestamp()) if at else None


class UnixTimeField(serializers.IntegerField):
    """A time in Unix seconds, as OpenAI writes it."""

    def to_representation(self, value: Any) -> int:
        return int(value.timestamp())


class OrganizationRoleField(serializers.ChoiceField):
    """One of our five roles, or OpenAI's `reader`, which is a developer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_ROLE_WORDS, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        role = str(super().to_internal_value(data))
        return OrganizationRole.DEVELOPER if role == "reader" else role


def openai_role(role: str) -> str:
    """What OpenAI's two roles make of ours."""
    return "owner" if role == OrganizationRole.OWNER else "reader"


# --- the signed-in person ---------------------------------------------------------------------------


class ProjectOfUserOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="project.id")
    name = serializers.CharField(source="project.name")
    is_default = serializers.BooleanField(source="project.is_default")
    status = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()

    def get_status(self, row: Any) -> str:
        return "archived" if row.access.is_archived else "active"

    def get_role(self, row: Any) -> str:
        [role] = (role for role in row.access.roles if role.startswith("project_"))
        return str(role).removeprefix("project_")

    def get_permissions(self, row: Any) -> list[str]:
        return sorted(row.access.permissions)


class OrganizationOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="organization.id")
    name = serializers.CharField(source="organization.name")
    slug = serializers.CharField(source="organization.slug")
    role = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()
    projects = ProjectOfUserOutput(many=True)

    def get_role(self, row: Any) -> str:
        [role] = row.access.roles
        return str(role)

    def get_permissions(self, row: Any) -> list[str]:
        return sorted(row.access.permissions)


class UserOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()
    is_staff = serializers.BooleanField()


class ImpersonationOutput(serializers.Serializer[Any]):
    staff_email = serializers.EmailField()
    expires_at = UnixTimeField()


class MeOutput(serializers.Serializer[Any]):
    user = UserOutput()
    impersonation = ImpersonationOutput(allow_null=True)
    organizations = OrganizationOutput(many=True)


class NameInput(StrictSerializer):
    name = serializers.CharField(max_length=100)


class PersonNameInput(StrictSerializer):
    name = serializers.CharField(max_length=100, allow_blank=True)


class TransferInput(StrictSerializer):
    user_id = serializers.CharField(max_length=40)


class InviteTokenInput(StrictSerializer):
    token = serializers.CharField(max_length=200)


class OfferOutput(serializers.Serializer[Any]):
    organization_name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.CharField()
    expires_at = UnixTimeField()


class DeletedOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    deleted = serializers.BooleanField()


class LeftOutput(serializers.Serializer[Any]):
    left = serializers.BooleanField()


# --- administration -----------------------------------------------------------------------------------


class ListProjectsQuery(PageQuery):
    include_archived = serializers.BooleanField(default=False)


class ListUsersQuery(PageQuery):
    emails = IdListField(child=serializers.EmailField(max_length=254))


class ProjectOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    archived_at = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=["active", "archived"])


class ProjectListOutput(IdListOutput):
    data = ProjectOutput(many=True)


class RoleDetailsOutput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=OrganizationRole.choices)


class MemberOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=["owner", "reader"])
    added_at = serializers.IntegerField()
    finery = RoleDetailsOutput()


class MemberListOutput(IdListOutput):
    data = MemberOutput(many=True)


class ChangeRoleInput(StrictSerializer):
    role = OrganizationRoleField()


class ProjectMemberOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ProjectRole.choices)
    added_at = serializers.IntegerField()
    finery = RoleDetailsOutput()


class ProjectMemberListOutput(IdListOutput):
    data = ProjectMemberOutput(many=True)


class AddProjectMemberInput(StrictSerializer):
    user_id = serializers.CharField(max_length=40, required=False, allow_null=True)
    email = serializers.EmailField(max_length=254, required=False, allow_null=True)
    role = serializers.ChoiceField(choices=ProjectRole.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("user_id") and not attrs.get("email"):
            raise serializers.ValidationError({"user_id": ["Name a user by user_id or email."]})
        return attrs


class ChangeProjectRoleInput(StrictSerializer):
    role = serializers.ChoiceField(choices=ProjectRole.choices)


class SeatInput(StrictSerializer):
    id = serializers.CharField(max_length=40)
    role = serializers.ChoiceField(choices=ProjectRole.choices)


class InviteInput(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    role = OrganizationRoleField()
    projects = serializers.ListField(child=SeatInput(), required=False, allow_null=True, max_length=100)


class InviteOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=["owner", "reader"])
    status = serializers.ChoiceField(choices=["accepted", "expired", "pending"])
    created_at = serializers.IntegerField()
    expires_at = serializers.IntegerField()
    accepted_at = serializers.IntegerField(allow_null=True)
    projects = SeatInput(many=True)
    finery = RoleDetailsOutput()


class InviteListOutput(IdListOutput):
    data = InviteOutput(many=True)


class ServiceAccountOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ProjectRole.choices)
    created_at = serializers.IntegerField()


class ServiceAccountListOutput(IdListOutput):
    data = ServiceAccountOutput(many=True)


class ServiceAccountKeyOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    value = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    id = serializers.CharField()


class NewServiceAccountOutput(ServiceAccountOutput):
    api_key = ServiceAccountKeyOutput(allow_null=True)


class CreateServiceAccountInput(StrictSerializer):
    name = serializers.CharField(max_length=100)
    create_service_account_only = serializers.BooleanField(required=False, allow_null=True, default=False)


class UpdateServiceAccountInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    role = serializers.ChoiceField(choices=ProjectRole.choices, required=False)
