"""make_demo on a real database: what is there afterwards, and that a second time changes nothing."""
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from jobs.models import Employer, ReservedPost
from laborbridge.accounts.models import Membership, Organisation, User
from laborbridge.audit.models import Entry
from laborbridge.campaigns.models import Campaign
from laborbridge.demo.accounts import ACCOUNTS, PASSWORD
from laborbridge.demo.services import DemoExists, make_demo
from transport.models import Trip
from workers.models import Registration, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_demo()


def _said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_the_demo_is_whole(campaign: Campaign) -> None:
    assert campaign.registrations.count() == 1400
    assert (campaign.origin.code, campaign.destination.code) == ("4228", "3301")
    assert set(campaign.participants.all()) == set(Organisation.objects.all())
    assert {o.kind for o in campaign.participants.all()} == set(Organisation.Kind)
    assert Worker.objects.filter(identity_whole=None).count() == 0
    assert Trip.objects.get(mode="train").seat_map.code == "train16"
    assert campaign.plans.count() == campaign.runs.count() == 0
    assert Entry.objects.filter(campaign=campaign, action="demo made", by__username="enshi").count() == 1
    assert sorted(Employer.objects.filter(verified_at=None).values_list("ref", flat=True)) == ["F297", "F298"]
    assert Registration.objects.exclude(outcome=None).count() == 12


def test_everybody_signs_in_and_finds_something(campaign: Campaign) -> None:
    assert {a.role for a in ACCOUNTS} == set(Membership.Role)
    for account in ACCOUNTS:
        assert Client().login(username=account.username, password=PASSWORD), account.username
        assert Membership.objects.get(user__username=account.username).role == account.role
    liaison = Membership.objects.get(user__username="village").organisation.place
    assert Registration.objects.filter(campaign=campaign, village=liaison).count() >= 10
    hr = Membership.objects.get(user__username="hr").organisation
    assert ReservedPost.objects.filter(posting__site__employer__organisation=hr).count() >= 20
    escorted = Trip.objects.filter(escorts__username="escort")
    assert sorted(escorted.values_list("mode", flat=True)) == ["reception", "train"]
    officer = Membership.objects.get(user__username="officer").organisation.place
    assert Registration.objects.filter(township__path__startswith=officer.path).count() > 100
    for name in ("carrier", "partner"):
        assert Trip.objects.filter(carrier__memberships__user__username=name).count() >= 20
    worker = User.objects.get(username="worker")
    assert worker.name == worker.worker.name
    assert worker.worker.registrations.get().village == liaison


def test_a_second_time_it_says_so_and_changes_nothing(campaign: Campaign) -> None:
    assert _said("make_demo") == f"The demo {campaign.name!r} was made before; nothing was changed.\n"
    assert _said("make_demo", "--if-empty") == "There are campaigns already; the demo was not made.\n"
    assert (Campaign.objects.count(), User.objects.count()) == (1, len(ACCOUNTS))


def test_an_account_of_the_same_name_is_not_taken_over() -> None:
    User.objects.create_user("hr", "somebody else's own", name="Somebody")
    with pytest.raises(DemoExists, match="accounts named hr exist"):
        make_demo()
    assert Campaign.objects.count() == 0


def test_each_account_is_one_line_with_its_columns_aligned(campaign: Campaign) -> None:
    lines = _said("demo_accounts").splitlines()
    assert len(lines) == len(ACCOUNTS)
    for account, line in zip(ACCOUNTS, lines, strict=True):
        who, _, rest = line.partition(f"  {account.username} ")
        assert who.rstrip() == f"{account.who} {account.who_english}"
        assert rest.split() == [PASSWORD, *account.look.split(), *account.look_english.split()]
    starts = [len(line[: line.index(PASSWORD)].encode("gbk")) for line in lines]
    assert len(set(starts)) == 1


def test_without_a_demo_there_are_no_accounts_to_print() -> None:
    with pytest.raises(CommandError, match="Run manage.py make_demo first"):
        _said("demo_accounts")
