"""The tasks process: `celery -A finery.celery worker -Q control --beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finery.settings.prod")

app = Celery("finery")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # for every thread: otherwise only the one that imports this knows our broker

app.conf.beat_schedule = {
    "ingest usage": {"task": "serving.ingest_usage", "schedule": 1.0, "options": {"expires": 5}},
    "sweep files": {"task": "datasets.sweep_files", "schedule": 15.0, "options": {"expires": 15}},
    "sweep objects": {"task": "datasets.sweep_objects", "schedule": 3600.0, "options": {"expires": 600}},
    "sweep jobs": {"task": "finetuning.sweep_jobs", "schedule": 10.0, "options": {"expires": 10}},
    "reconcile snapshot": {
        "task": "serving.reconcile_snapshot",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "sweep privacy": {"task": "privacy.sweep_privacy", "schedule": 5.0, "options": {"expires": 5}},
    "remove orphans": {"task": "privacy.remove_orphans", "schedule": 3600.0, "options": {"expires": 600}},
}
