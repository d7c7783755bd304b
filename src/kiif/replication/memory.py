"""What was computed and may be asked again, in the memory of this process: bounded in bytes, each thing made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memory(Generic[V]):
    """The last things made, `most_bytes` in all. Whoever asks for what another thread is making waits for it."""

    def __init__(self, most_bytes: int, size_of: Callable[[V], int]) -> None:
        self.most_bytes = most_bytes
        self._size_of = size_of
        self._kept: OrderedDict[str, tuple[V, int]] = OrderedDict()
        self._makers: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> V | None:
        """What is kept under this key, None when it must be made."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def get_or_make(self, key: str, make: Callable[[], V]) -> V:
        """What is kept, or what `make` gives; an exception of `make` is the caller's, and nothing is kept."""
        if (found := self.get(key)) is not None:
            return found
        with self._lock:
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            if (found := self.get(key)) is not None:
                return found
            try:
                made = make()
            finally:
                with self._lock:
                    self._makers.pop(key, None)
            self._keep(key, made)
            return made

    def _keep(self, key: str, made: V) -> None:
        """Keeps it, and forgets the oldest until all fits; what is larger than the whole is not kept."""
        size = self._size_of(made)
        with self._lock:
            self._kept[key] = (made, size)
            while self._kept and sum(bytes_ for _value, bytes_ in self._kept.values()) > self.most_bytes:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Starts empty (tests)."""
        with self._lock:
            self._kept.clear()
