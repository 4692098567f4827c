"""The web server's door into the portal."""

import os

from django.core.wsgi import get_wsgi_application

from portal.celery import app as celery_app

__all__ = ["application", "celery_app"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
