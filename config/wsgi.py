"""The door for gunicorn and any other WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# What a process loads, it loads before anybody asks for a page; and it keeps it. Looking through all of it for what could
# be thrown away finds nothing and holds up one page in twenty for a tenth of a second.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
# A page makes some thousands of objects and leaves next to none behind.
gc.set_threshold(10_000, 20, 20)
