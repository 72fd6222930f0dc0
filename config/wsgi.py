import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Every room's pages are imported here, before gunicorn forks. Otherwise the first request of each process pays
# for it, and on a machine that is just starting everything that takes longer than a probe waits.
resolve("/healthz")
