"""What the console shows, a module per area. Importing this registers all of it."""

from apps.staff.admin import audit, money, organizations, people, privacy, work

__all__ = ["audit", "money", "organizations", "people", "privacy", "work"]
