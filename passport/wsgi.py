"""The door through which a WSGI server enters."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passport.settings")

if settings.PASSPORT_LOG_KEY is not None:
    raise ImproperlyConfigured(
        "This process answers the world and was given PASSPORT_LOG_KEY. The log's key belongs to"
        " the sequencer alone: unset it here."
    )
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)
# What is loaded stays: a full collection need not look at 140,000 objects for ever again.
gc.collect()
gc.freeze()
