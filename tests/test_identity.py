"""An identity number is never shown whole, however short it is."""
import pytest

from laborbridge.identity import masked


@pytest.mark.parametrize(("number", "shown"), [
    ("422801199003071234", "422801********1234"),
    ("422801900307123", "422801*****7123"),
    ("H12345678", "*****5678"),
    ("123456", "***456"),
    ("1", "*"),
    ("", ""),
])
def test_a_masked_number_hides_at_least_as_much_as_half_of_a_short_one(number: str, shown: str) -> None:
    assert masked(number) == shown
