"""Settings of the test suite: same code, quick hasher, plain static files, jobs at once, mail in memory."""

import atexit
import os
import shutil
import tempfile

if "KIIF_DATA_DIR" not in os.environ:
    os.environ["KIIF_DATA_DIR"] = tempfile.mkdtemp(prefix="kiif-test-")
    atexit.register(shutil.rmtree, os.environ["KIIF_DATA_DIR"], ignore_errors=True)
os.environ.setdefault("KIIF_SECRET_KEY", "test-only")

from kiif.config.settings import *  # noqa: F403 -- the environment must be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405 -- from the star
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 -- from the star
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment] # allauth takes a dictionary or False

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 -- from the star
    # a file, so that threads (browser, concurrency) have connections of their own; it need not survive a power cut
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # noqa: F405 -- from the star
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405 -- as above
