"""Make an owner with an organization, a project and keys, and print them as JSON."""

import json
import secrets
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.onboarding.services import open_account
from apps.tenants.models import User
from apps.tenants.selectors import list_organizations
from apps.tenants.services import create_admin_key, create_api_key


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="the organization's name")
        parser.add_argument("--credit-usd", type=Decimal, default=Decimal(5))
        parser.add_argument("--password", help="made up and printed when left out")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email, password = options["email"].lower(), options["password"] or secrets.token_urlsafe(12)
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already")
        user = User.objects.create_user(email, password)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        organization = open_account(
            user.id, name=options["name"], credit_micro_usd=int(options["credit_usd"] * 1_000_000)
        )
        [own] = list_organizations(user)
        project = own.projects[0].project
        key = create_api_key(organization.id, project_id=project.id, user_id=user.id, name="create_tenant")
        admin_key = create_admin_key(organization.id, user_id=user.id, name="create_tenant")
        made = {
            "user_id": user.id,
            "email": email,
            "password": password,
            "organization_id": organization.id,
            "project_id": project.id,
            "api_key": key.value,
            "admin_key": admin_key.value,
        }
        self.stdout.write(json.dumps(made, indent=2))
