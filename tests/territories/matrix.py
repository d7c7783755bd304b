"""Who may open which address of the territories (see tests/permissions/README.md)."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from kiif.territories.enums import ImportState, Visibility
from kiif.territories.models import DataImport, DrawnTerritory, Territory
from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, Row, row
from tests.territories import factories as make

Kwargs = dict[str, Any]


def _places() -> None:
    if not Territory.objects.exists():
        make.make_dordogne()


def _area(world: World, **fields: Any) -> DrawnTerritory:
    _places()
    return make.make_drawn(world.actor("advisor"), ["24311", "24016"], **fields)


def private(world: World) -> Kwargs:
    return {"slug": _area(world).slug}


def for_members(world: World) -> Kwargs:
    return {"slug": _area(world, visibility=Visibility.MEMBERS).slug}


def public(world: World) -> Kwargs:
    return {"slug": _area(world, visibility=Visibility.PUBLIC).slug}


def withdrawn(world: World) -> Kwargs:
    from django.utils import timezone

    return {"slug": _area(world, visibility=Visibility.PUBLIC, withdrawn_at=timezone.now()).slug}


def two_versions(world: World) -> Kwargs:
    from kiif.territories.actions import drawn as actions

    area = _area(world, visibility=Visibility.PUBLIC)
    draft = actions.open_draft(by=world.actor("advisor"), drawn=area)
    actions.change_draft(draft=draft, by=world.actor("advisor"), remove=["24016"])
    actions.publish_draft(draft=draft, by=world.actor("advisor"))
    return {"slug": area.slug}


def version(world: World) -> Kwargs:
    return {**public(world), "number": 1}


def draft(world: World) -> Kwargs:
    _places()
    return {"pk": make.make_draft(world.actor("advisor"), ["24311"], name="Brouillon").pk}


def _given(world: World, state: ImportState) -> Kwargs:
    item = DataImport(name="grille.csv", size=3, state=state, given_by=world.people["coordinator"])
    item.file.save("grille.csv", ContentFile(b"a,b"), save=False)
    item.save()
    return {"pk": item.pk}


def checked(world: World) -> Kwargs:
    return _given(world, ImportState.CHECKED)


def commune(world: World) -> Kwargs:
    _places()
    return {"level": "commune", "code": "24311", "slug": "nontron"}


#: Drawn by the advisor for its incubator: the manager and who looks with its eyes belong to it.
MINE = {"advisor": 200, "manager": 200, "impersonating": 200}
CHANGE = row(default=403, visitor=LOGIN, advisor=200, manager=200, kwargs=public)
DRAFT = row(default=404, visitor=LOGIN, advisor=200, kwargs=draft)

PUBLISH = row(default=404, visitor=LOGIN, coordinator=302, impersonating=403, method="post", kwargs=checked)


def draft_post(data: Kwargs) -> Row:
    return row(
        default=404, visitor=LOGIN, advisor=302, impersonating=403, method="post", kwargs=draft, data=lambda world: data
    )


ROWS = {
    "territories:home": PUBLIC,
    "territories:search": row(default=200, query=lambda world: {"q": "nontr"}),
    "territories:compare": PUBLIC,
    "territories:page": row(default=200, kwargs=commune),
    "territories:tile": row(default=404, kwargs=lambda world: {"z": 3, "x": 4, "y": 2}),
    "territories:values": row(default=404, kwargs=lambda world: {"level": "commune", "indicator": "nothing"}),
    "territories:alliance": PUBLIC,
    "territories:data": PUBLIC,
    "territories:import-create": row(default=403, visitor=LOGIN, coordinator=200),
    "territories:import-create#post": row(
        default=403,
        visitor=LOGIN,
        coordinator=422,
        method="post",
        data=lambda world: {"file": SimpleUploadedFile("vide.csv", b"")},
    ),
    "territories:import": row(default=404, visitor=LOGIN, coordinator=200, kwargs=checked),
    "territories:import-publish": PUBLISH,
    "territories:import-discard": PUBLISH,
    "territories:drawn-list": PUBLIC,
    "territories:drawn": row(default=404, kwargs=private, **MINE),
    "territories:drawn#members": row(default=200, visitor=404, kwargs=for_members),
    "territories:drawn#public": row(default=200, kwargs=public),
    "territories:drawn#withdrawn": row(default=404, coordinator=200, kwargs=withdrawn, **MINE),
    "territories:drawn-version": row(default=200, kwargs=version),
    "territories:drawn-history": row(default=200, kwargs=public),
    "territories:drawn-differences": row(default=200, kwargs=two_versions),
    "territories:drawn-describe": CHANGE,
    "territories:drawn-share": CHANGE,
    "territories:drawn-share#post": row(
        default=403,
        visitor=LOGIN,
        advisor=302,
        manager=302,
        method="post",
        kwargs=public,
        data=lambda world: {"visibility": "members"},
    ),
    "territories:drawn-share#private": row(
        default=404, visitor=LOGIN, advisor=200, manager=200, impersonating=403, kwargs=private
    ),
    "territories:drawn-withdraw": row(
        default=403, visitor=LOGIN, advisor=200, manager=200, coordinator=200, kwargs=public
    ),
    "territories:drawn-withdraw#post": row(
        default=403, visitor=LOGIN, advisor=302, manager=302, coordinator=302, method="post", kwargs=public
    ),
    "territories:drawn-restore": row(
        default=404,
        visitor=LOGIN,
        advisor=302,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=withdrawn,
    ),
    "territories:redraw": row(default=403, visitor=LOGIN, advisor=302, manager=302, method="post", kwargs=public),
    "territories:draw": row(default=200, visitor=LOGIN),
    "territories:draw#post": row(default=302, visitor=LOGIN, impersonating=403, method="post"),
    "territories:draft": DRAFT,
    "territories:draft#post": draft_post({"name": "Autour de Nontron"}),
    "territories:draft-texts": draft_post({"name": "Autour de Nontron"}),
    "territories:draft-communes": draft_post({"ajouter": "24016"}),
    "territories:draft-list": DRAFT,
    "territories:draft-rebase": draft_post({"garder": "1"}),
    "territories:draft-discard": DRAFT,
    "territories:draft-discard#post": draft_post({}),
}
