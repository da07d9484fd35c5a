"""The composition root: settings, urls, wsgi, celery. Imported by nobody."""
