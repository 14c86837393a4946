"""The web application, for gunicorn and runserver."""

import os

from django.core.wsgi import get_wsgi_application

from config import embedded
from config.celery import app as celery_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.hold()
# So that a request can ring a bell.
celery_app.set_default()
application = get_wsgi_application()
