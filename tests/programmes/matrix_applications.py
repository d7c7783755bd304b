"""Who may open the pages of applications: carriers theirs, who runs the call all, a host what concerns it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.attachments import actions as attachments
from kiif.programmes.actions import applications_team, duplicates
from kiif.programmes.enums import CorrectionKind
from kiif.programmes.models import Application, Call
from tests.factories import World
from tests.permissions.matrix import LOGIN, row
from tests.programmes import application_factories as make
from tests.programmes import factories

#: Those who act for the incubator that hosts; a support person looks with the eyes of its manager.
HOSTS = {"advisor": 200, "manager": 200, "impersonating": 200}


def made(world: World, **fields: Any) -> Call:
    """A call of the alliance in which the incubator of the world hosts."""
    edition = factories.make_edition(factories.make_programme(world.alliance))
    call = factories.make_call(edition, make.form(), consortium=True, **{"facts": make.FACTS, **fields})
    factories.make_host(call, world.incubator, variant="nord")
    return call


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": made(world).public_id}


def _slug(world: World) -> Mapping[str, Any]:
    return {"slug": made(world).slug}


def begun(world: World, **fields: Any) -> Application:
    return make.begin(made(world, **fields), Actor(user=world.people["carrier"]))


def sent(world: World) -> Application:
    carrier = Actor(user=world.people["carrier"])
    return make.sent(made(world), carrier, accueil={"values": ["nord"]}, recit="Court.")


def _begun(world: World) -> Mapping[str, Any]:
    return {"public_id": begun(world).public_id}


def _begun_free(world: World) -> Mapping[str, Any]:
    return {"public_id": begun(world, facts={"title": "q_titre"}).public_id}


def _number(world: World) -> Mapping[str, Any]:
    return {"number": begun(world).project.number}


def _sent(world: World) -> Mapping[str, Any]:
    return {"public_id": sent(world).public_id}


def asked(world: World) -> Any:
    item = applications_team.ToCorrect("q_recit", CorrectionKind.INCOMPLETE)
    until = timezone.now() + timedelta(days=3)
    return applications_team.ask_corrections(application=sent(world), items=[item], until=until, by=system("tests"))


def _asked(world: World) -> Mapping[str, Any]:
    return {"public_id": asked(world).application.public_id}


def _asked_one(world: World) -> Mapping[str, Any]:
    row_ = asked(world)
    return {"public_id": row_.application.public_id, "request_id": row_.public_id}


def _eligible(world: World) -> Mapping[str, Any]:
    application = sent(world)
    applications_team.put_in_review(application=application, by=system("tests"))
    return {"public_id": application.public_id}


def _note(world: World) -> Mapping[str, Any]:
    application = sent(world)
    note = applications_team.add_note(application=application, text="Vu.", by=world.actor("coordinator"))
    return {"public_id": application.public_id, "pk": note.pk}


def _pair(world: World) -> Mapping[str, Any]:
    first = sent(world)
    second = make.sent(first.call, title="Un autre")
    return {"pk": duplicates.pair_of(first, second).pk}


def _file(world: World) -> Mapping[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    carrier = Actor(user=world.people["carrier"])
    application = make.begin(made(world), carrier)
    upload = SimpleUploadedFile("preuve.txt", b"Une preuve.", content_type="text/plain")
    kept = attachments.attach(owner=application.response, upload=upload, by=carrier, label="")
    application = make.fill(application, carrier, titre="Le vélo", pieces={"files": [str(kept.public_id)]})
    type(kept).objects.filter(pk=kept.pk).update(scan="clean")
    make.send(make.fill(application, carrier, accueil={"values": ["nord"]}), carrier)
    return {"public_id": application.public_id, "file_id": kept.public_id}


def _team(status: int = 200, **more: Any) -> Any:
    return row(default=404, visitor=LOGIN, coordinator=status, **more)


#: Hosts see the application, and may not decide.
SEEN = {"advisor": 403, "manager": 403, "impersonating": 403}

ROWS = {
    "programmes:apply": row(default=200, visitor=LOGIN, kwargs=_slug),
    "programmes:mine": row(
        default=404, visitor=LOGIN, carrier=302, impersonating=404, kwargs=_begun
    ),
    "programmes:project": row(default=404, visitor=LOGIN, carrier=200, kwargs=_number),
    "programmes:application-wishes": row(default=404, visitor=LOGIN, carrier=200, kwargs=_begun_free),
    "programmes:application-withdraw": row(default=404, visitor=LOGIN, carrier=200, kwargs=_sent),
    "programmes:application-withdraw#post": row(
        default=404, visitor=LOGIN, carrier=302, impersonating=403, method="post", kwargs=_sent,
        data=lambda world: {"words": ""},
    ),
    "programmes:applications": _team(kwargs=_call, **HOSTS, other_advisor=403),
    "programmes:applications-bulk": _team(kwargs=_call, **SEEN, other_advisor=403),
    "programmes:drafts": _team(kwargs=_call, **SEEN, other_advisor=403),
    "programmes:application-type": _team(kwargs=_call, **SEEN, other_advisor=403),
    "programmes:pairs": _team(kwargs=_call, **SEEN, other_advisor=403),
    "programmes:pair": _team(kwargs=_pair),
    "programmes:application": _team(kwargs=_sent, **HOSTS),
    "programmes:application#draft": _team(kwargs=_begun),
    "programmes:application-pdf": _team(kwargs=_sent, **HOSTS | {"impersonating": 403}),
    "programmes:application-file": _team(kwargs=_file, **HOSTS | {"impersonating": 403}),
    "programmes:application-changed": _team(kwargs=_asked_one),
    "programmes:application-eligible": _team(302, kwargs=_sent, method="post", **SEEN),
    "programmes:application-ineligible": _team(kwargs=_sent, **SEEN),
    "programmes:application-take-back": _team(302, kwargs=_eligible, method="post", **SEEN),
    "programmes:application-corrections": _team(kwargs=_sent, **SEEN),
    "programmes:application-corrections-close": _team(302, kwargs=_asked, method="post", **SEEN),
    "programmes:application-hosts": _team(kwargs=_sent, **SEEN),
    "programmes:application-withdraw-for": _team(kwargs=_sent, **SEEN),
    "programmes:application-note": _team(
        302, kwargs=_sent, method="post", data=lambda world: {"text": "Vu.", "reach": "every"},
        advisor=302, manager=302, impersonating=403,
    ),
    "programmes:application-note-remove": _team(302, kwargs=_note, method="post", impersonating=403),
    "programmes:application-pair": _team(
        302, kwargs=_sent, method="post", data=lambda world: {"number": "KF-1999-0001"}, **SEEN
    ),
}  # fmt: skip
