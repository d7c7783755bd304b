"""Each page of reading says, in the navigation, where one is."""

from __future__ import annotations

import pytest

from kiif.ui import navigation


@pytest.mark.parametrize(
    ("page", "under"),
    [
        *((name, "programmes:list") for name in ("remind", "settle-conflict", "conflicts", "board", "plan", "results")),
        *((name, "reviews:mine") for name in ("mine", "read", "abstain", "conflict", "my-conflicts")),
    ],
)
def test_every_page_belongs_to_one_entry(page: str, under: str) -> None:
    places = [entry.url_name for entry in navigation._entries if entry.place == "main"]
    assert under in places
    found = [
        entry.url_name
        for entry in navigation._entries
        if entry.place == "main" and navigation._is_current(entry, f"reviews:{page}")
    ]
    assert found == [under]
