"""The WSGI application that web servers load."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rsc.settings")

application = get_wsgi_application()
# What is loaded by now stays: no collection need look at it again, and forked workers share it.
gc.collect()
gc.freeze()
# A request makes and drops objects by the thousand. To look the young ones through at every 700
# finds nothing, and took a twentieth of a push.
gc.set_threshold(20_000, 20, 20)
