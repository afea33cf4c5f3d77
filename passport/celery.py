"""The clock and the muscle: rows are the queue, a message carries an id and may be lost."""

import os
from typing import Any

from celery import Celery, Task
from django.conf import settings
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passport.settings")

LONGEST_TASK_S = 15 * 60
# What waits for others' machines has a queue and a worker of its own, the caller: a receiver that
# hangs keeps its hands busy, and nobody's registrations, captures or plans wait for it.
CALLS = "calls"
WORK = "celery"

# So many tasks share a connection: a fresh one knows no table and has planned no statement yet,
# which costs more than most of our tasks do.
TASKS_A_CONNECTION = 1000


class Sharing(Task):
    """A task that goes on with the connection of the one before it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # One that the server has closed since is let go of, and there is a new one.
        close_old_connections()
        return super().__call__(*args, **kwargs)


app = Celery("passport", task_cls=Sharing)
app.conf.update(
    # Read by Celery's own part for Django, which else closes connections before each task.
    CELERY_DB_REUSE_MAX=TASKS_A_CONNECTION,
    broker_url=settings.PASSPORT_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        # A message comes back only when the longest task must be over, or a slow one runs twice.
        "visibility_timeout": 2 * LONGEST_TASK_S,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "health_check_interval": 10,
        "retry_on_timeout": True,
    },
    task_default_queue=WORK,
    task_routes={
        "passport.tasks.send_webhooks": {"queue": CALLS},
        "passport.tasks.send_links": {"queue": CALLS},
        "passport.tasks.stamp_checkpoint": {"queue": CALLS},
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure_or_timeout=True,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=LONGEST_TASK_S,
    task_soft_time_limit=LONGEST_TASK_S - 30,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=1_000_000,
    worker_soft_shutdown_timeout=10,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_send_task_events=False,
    timezone="UTC",
    enable_utc=True,
    beat_schedule={
        # Takes up what is due: new work, work whose lease ran out, work whose message was lost.
        "dispatch": {
            "task": "passport.tasks.dispatch",
            "schedule": 1.0,
            "options": {"expires": 5.0},
        },
        # Once a day in effect: a lost message costs a minute, not the day's snapshot.
        "index": {
            "task": "passport.tasks.take_index",
            "schedule": 60.0,
            "options": {"expires": 30.0},
        },
        # Once a day in effect for each issuer: a lost message costs an hour.
        "ask-domains": {
            "task": "passport.tasks.ask_domains",
            "schedule": 3600.0,
            "options": {"expires": 600.0},
        },
        "stamp-checkpoint": {
            "task": "passport.tasks.stamp_checkpoint",
            "schedule": 3600.0,
            "options": {"expires": 600.0},
        },
        "settle-names": {
            "task": "passport.tasks.settle_names",
            "schedule": 5.0,
            "options": {"expires": 10.0},
        },
        "index-events": {
            "task": "passport.tasks.index_events",
            "schedule": 5.0,
            "options": {"expires": 10.0},
        },
        "send-links": {
            "task": "passport.tasks.send_links",
            "schedule": 5.0,
            "options": {"expires": 10.0},
        },
        "feed-webhooks": {
            "task": "passport.tasks.feed_webhooks",
            "schedule": 1.0,
            "options": {"expires": 5.0},
        },
        "send-webhooks": {
            "task": "passport.tasks.send_webhooks",
            "schedule": 1.0,
            "options": {"expires": 5.0},
        },
        "tidy-webhooks": {
            "task": "passport.tasks.tidy_webhooks",
            "schedule": 3600.0,
            "options": {"expires": 600.0},
        },
        # A lost message costs a minute: the next one looks back to where the last had come.
        "watch-scans": {
            "task": "passport.tasks.watch_scans",
            "schedule": 60.0,
            "options": {"expires": 30.0},
        },
        "tidy-intakes": {
            "task": "passport.tasks.tidy_intakes",
            "schedule": 3600.0,
            "options": {"expires": 600.0},
        },
        # A lost message costs ten seconds: an offer that is over is refused by its own day anyway.
        "expire-offers": {
            "task": "recycling.tasks.expire_offers",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "replan": {
            "task": "recycling.tasks.replan",
            "schedule": 30.0,
            "options": {"expires": 30.0},
        },
        "expire-bundles": {
            "task": "passport.tasks.expire_bundles",
            "schedule": 3600.0,
            "options": {"expires": 600.0},
        },
    },
)
app.autodiscover_tasks()
