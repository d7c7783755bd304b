"""What this floor keeps says nothing about people."""

NOT_PERSONAL: dict[str, set[str]] = {"Mark": {"key", "data"}}
