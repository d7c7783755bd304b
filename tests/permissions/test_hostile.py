import pytest

from tests.factories import ROLES, World
from tests.permissions.hostile import ROOMS, fallen, values_for
from tests.permissions.matrix import by_room


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("room", ROOMS)
def test_no_address_falls_whatever_it_is_sent(room: str, method: str, world: World) -> None:
    """Forms are sent to pages that hold one too: the matrix asks for these with GET."""
    rows = {key: row for key, row in by_room()[room].items() if method in (row.method, "post")}
    clients = {role: world.client(role) for role in ROLES}
    falls = (
        fallen(world, clients, key, row, method=method, values=values_for(turn))
        for turn, (key, row) in enumerate(rows.items())
    )
    assert [words for found in falls for words in found] == []
