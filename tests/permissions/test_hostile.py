import pytest

from tests.factories import ROLES, World
from tests.permissions.hostile import fallen
from tests.permissions.matrix import by_room

ROOMS = ("programmes", "reviews", "decisions", "committees", "cohorts", "steering")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("room", ROOMS)
def test_no_address_falls_whatever_it_is_sent(room: str, method: str, world: World) -> None:
    rows = {key: row for key, row in by_room()[room].items() if row.method == method}
    clients = {role: world.client(role) for role in ROLES}
    found = [words for key, row in rows.items() for words in fallen(world, clients, key, row, method.upper())]
    assert found == []
