from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "apps.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Read every base file now: a bad one stops the start, not a customer's call."""
        from apps.catalog.base_files import all_bases

        all_bases()
