"""The rules of registers and wishes, broken by raw SQL."""
import pytest

from tests import factories as make
from tests.rules.world import refused

from .lists import make_employee, make_register, make_sighting

pytestmark = pytest.mark.django_db


def test_somebody_goes_back_to_one_firm() -> None:
    campaign = make.make_campaign()
    person = make.make_registration(campaign)
    make_employee(make.make_employer(campaign), person, wish="returns")
    other = make_employee(make.make_employer(campaign), person)
    statement = f"UPDATE jobs_returningemployee SET wish = 'returns', wish_at = now() WHERE id = {other.pk}"
    assert refused(statement) == "returning_employee_goes_back_to_one_firm"
    unlinked = make_employee(other.employer, wish="returns")
    assert refused(statement.replace(f"= {other.pk}", f"= {unlinked.pk}")) == ""


def test_a_register_gives_a_person_one_outcome_at_a_time_and_only_one_that_it_can_tell() -> None:
    campaign = make.make_campaign()
    sighting = make_sighting(make_register(campaign), make.make_registration(campaign))

    def give(outcome: str) -> str:
        return (
            "INSERT INTO jobs_registeroutcome (register_id, sighting_id, registration_id, outcome, given_at) VALUES"
            f" ({sighting.register_id}, {sighting.pk}, {sighting.registration_id}, '{outcome}', now())")

    assert refused(give("withdrew")) == "register_outcome_known"
    assert refused(give("reported"), give("already_back")) == "register_outcome_one_at_a_time"
    assert refused(give("reported"), "UPDATE jobs_registeroutcome SET withdrawn_at = now()", give("already_back")) == ""


def test_a_row_is_set_aside_by_somebody() -> None:
    sighting = make_sighting(make_register(make.make_campaign()))
    statement = f"UPDATE jobs_sighting SET set_aside_at = now() WHERE id = {sighting.pk}"
    assert refused(statement) == "sighting_set_aside_with_who_and_when"
