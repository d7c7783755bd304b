"""Settings of the test suite: same code, quick hasher, plain static files, jobs at once, mail in memory."""

import os
import tempfile

os.environ.setdefault("KIIF_DATA_DIR", tempfile.mkdtemp(prefix="kiif-test-"))
os.environ.setdefault("KIIF_SECRET_KEY", "test-only")

from kiif.config.settings import *  # noqa: E402,F403 -- the environment must be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATICFILES_DIRS[0].mkdir(parents=True, exist_ok=True)  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ACCOUNT_RATE_LIMITS = False
