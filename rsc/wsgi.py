"""The WSGI application that web servers load."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rsc.settings")

application = get_wsgi_application()
# What is loaded by now stays: no collection need look at it again, and forked workers share it.
gc.collect()
gc.freeze()
