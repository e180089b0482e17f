"""The WSGI application that web servers load."""

import os

from django.core.wsgi import get_wsgi_application

from rsc.long_lived import spare_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rsc.settings")

application = get_wsgi_application()
spare_what_stays()
