"""A worker of its own process, as in production, which knows the jobs of the tests."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    import tests.jobs.samples  # noqa: F401 -- declares its jobs
    from kiif.jobs import schedule

    schedule._rhythms.clear()  # only the jobs that a test asks for
    call_command("worker", *sys.argv[1:])
