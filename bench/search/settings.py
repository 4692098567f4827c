"""The portal's settings for measuring: nobody is told to wait, and files are found without being collected."""

from portal.settings import *  # noqa: F403 - settings are what they are called
from portal.settings import STORAGES

RATE_LIMITS = {}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
