import pytest
from django.utils import translation

from kiif.attachments.sizes import human_size


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 octet"),
        (431, "431 octets"),
        (999_499, "999\u00a0ko"),
        (1_000, "1\u00a0ko"),
        (2_449_000, "2,4\u00a0Mo"),
        (10_000_000, "10\u00a0Mo"),
        (1_234_567_890, "1,2\u00a0Go"),
    ],
)
def test_sizes_as_people_say_them(size, shown):
    with translation.override("fr"):
        assert human_size(size) == shown
