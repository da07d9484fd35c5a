"""The composition root: settings, urls, wsgi, celery. Imported by nobody."""

from finery.celery import app as celery_app

__all__ = ["celery_app"]  # so that every process of the control plane sends to our broker
