"""The database has the standard maps from the first migration on."""
import pytest

from transport.models import SeatMap
from transport.seat_maps import STANDARD


@pytest.mark.django_db
def test_standard_maps_are_rows_with_their_coaches() -> None:
    rows = {row.code: (row.seats, row.coaches) for row in SeatMap.objects.all()}
    assert rows == {m.code: (m.seats, list(m.coaches)) for m in STANDARD}
