"""What projects and applications tell the lower floors when the product starts."""

from __future__ import annotations


def fill() -> None:
    from kiif.organisations import merging
    from kiif.programmes.models import Application, Project

    merging.register(Project, "organisation")
    merging.register(Application, "organisation")
