"""Where the seats of a vehicle lie in their rows."""
from transport.layouts import AISLE, GAP, layout_of
from transport.seat_maps import BUS, STANDARD, TRAIN_8, TRAIN_16, seats_in_order


def test_every_seat_of_every_map_lies_in_one_place_in_order() -> None:
    for standard in STANDARD:
        layout = layout_of(standard.coaches, standard.seats)
        assert [seat for block in layout.blocks for seat in block.seats] == list(range(standard.seats))
        assert list(layout.seats) == seats_in_order(standard.coaches)


def test_a_bus_has_an_aisle_but_in_its_last_row() -> None:
    (bus,) = layout_of(BUS.coaches, 45).blocks
    assert (bus.kind, len(bus.rows)) == ("bus", 11)
    assert bus.rows[0] == (0, 1, AISLE, 2, 3)
    assert bus.rows[-1] == (40, 41, 42, 43, 44)


def test_trains_have_their_coaches_with_first_class_and_short_rows() -> None:
    eight = layout_of(TRAIN_8.coaches, 610)
    assert [block.key for block in eight.blocks] == [f"{n:02d}" for n in range(1, 9)]
    second, first, last = eight.blocks[2], eight.blocks[6], eight.blocks[7]
    assert (second.travel_class, second.rows[0]) == ("second", (155, 156, 157, AISLE, 158, 159))
    assert (first.travel_class, first.rows[0], first.rows[-1]) == (
        "first", (495, 496, AISLE, 497, 498), (543, 544, AISLE, GAP, 545))
    assert last.rows[-1] == (606, GAP, 607, AISLE, 608, 609)
    assert len(layout_of(TRAIN_16.coaches, 1220).blocks) == 16


def test_seats_without_a_map_are_counted_through_in_blocks_of_fifty() -> None:
    layout = layout_of((), 107)
    assert [(block.key, block.kind, len(block.rows)) for block in layout.blocks] == [
        ("1–50", "counted", 10), ("51–100", "counted", 10), ("101–107", "counted", 2)]
    assert layout.blocks[2].rows == ((100, 101, 102, 103, 104), (105, 106))
    assert layout.seat(106).label == "107"


def test_seats_beyond_the_map_follow_it() -> None:
    layout = layout_of(({"rows": 1, "letters": "AB"},), 4)
    assert [block.rows for block in layout.blocks] == [((0, 1),), ((2, 3),)]
    assert [layout.seat(n).label for n in range(4)] == ["1", "2", "3", "4"]
