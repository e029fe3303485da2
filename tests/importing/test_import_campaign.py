"""A folder comes in whole, or not at all with every fault by file, line, column, value and what was expected."""
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from dispatch.importing import Fault, FolderRefused, import_campaign
from dispatch.models import Run
from jobs.models import Employer, Posting, ReservedPost
from laborbridge.campaigns.models import Campaign
from laborbridge.identity import masked, unseal
from laborbridge.places.models import CodeList, Place
from transport.models import Access, Call, Trip
from workers.models import Clearance, Registration, TravelGroup, Worker

pytestmark = pytest.mark.django_db

SMALL = {
    "places.csv": """place,level,parent,lat,lon
C1,county,,30.1,109.5
T1,township,C1,30.2,109.6
T2,township,C1,30.3,109.7
S1,station,C1,30.2,109.5
D1,district,,30.2,120.1
P1,park,D1,30.3,120.2
""",
    "workers.csv": """worker,township,occupations,min_wage,priority,ready_at,\
reserved_job,open_to_other,group,preferred_district,clearance
W1,T1,sew;weld,4000,2,2020-03-21T05:00,R1,1,G1,D1,green
W2,T1,sew,4100,0,2020-03-21T05:00,,1,G1,,yellow
W3,T2,weld,3900,1,2020-03-22T05:00,,0,,,red
""",
    "jobs.csv": """job,employer,park,kind,occupation,headcount,wage,start_by
J1,E1,P1,open,sew,5,5000,2020-03-25T20:00
J2,E1,P1,open,any,2,4200,2020-03-25T20:00
R1,E1,P1,reserved,sew,1,5000,2020-03-26T20:00
""",
    "trips.csv": "trip,mode,capacity\nB1,bus,45\nX1,train,1000\n",
    "stops.csv": """trip,seq,place,arrive_at,depart_at
B1,0,T1,2020-03-21T08:00,2020-03-21T08:10
B1,1,P1,2020-03-22T01:00,2020-03-22T01:10
X1,0,S1,2020-03-21T09:00,2020-03-21T09:10
X1,1,P1,2020-03-21T20:00,2020-03-21T20:10
""",
    "access.csv": "from_place,to_place,minutes\nT2,S1,40\n",
    "related.csv": "occupation,related_occupation\nsew,weld\n",
    "admits.csv": "county,district,clearance\nC1,D1,yellow\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(FolderRefused) as refused:
        import_campaign(folder=folder, name="broken", by=None, invent_people=1)
    return refused.value.faults


def test_every_row_arrives(folder: Path) -> None:
    campaign = import_campaign(folder=folder, name="small", by=None).campaign
    first = campaign.registrations.get(ref="W1")
    assert (first.township.code, first.group.ref, first.preferred_district.code) == ("T1", "G1", "D1")
    assert (first.min_wage, first.priority, first.open_to_other) == (4000, 2, True)
    assert first.ready_at.isoformat() == "2020-03-20T21:00:00+00:00"
    assert sorted(first.occupations.values_list("code", flat=True)) == ["sew", "weld"]
    assert first.reserved_post.posting.ref == "R1"
    assert first.worker.name == "W1"
    assert [c.colour for c in Clearance.objects.order_by("registration_id")] == [0, 1, 2]
    assert (campaign.first_day.isoformat(), campaign.last_day.isoformat()) == ("2020-03-21", "2020-03-26")
    assert Posting.objects.get(ref="J2").occupation is None
    assert Posting.objects.get(ref="J1").site.place.path.startswith(Place.objects.get(code="D1").path)
    assert Employer.objects.get().verified_at is not None
    bus = Trip.objects.get(ref="B1")
    assert bus.seat_map.code == "bus45"
    assert (bus.departs_at, bus.arrives_at) == (bus.calls.get(seq=0).depart_at, bus.calls.get(seq=1).arrive_at)
    assert Access.objects.get().minutes == 40
    assert campaign.admission_rules.get().colour == Clearance.Colour.YELLOW


def test_invented_people_are_sealed_and_share_households(folder: Path) -> None:
    campaign = import_campaign(folder=folder, name="small", by=None, invent_people=7).campaign
    people = [r.worker for r in campaign.registrations.order_by("ref")]
    numbers = [unseal(w.identity_cipher) for w in people]
    assert len(set(numbers)) == 3
    assert people[0].household == people[1].household
    assert campaign.registrations.get(ref="W3").village.parent.code == "T2"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(w::text, ' ') FROM workers_worker w")
        (stored,) = cursor.fetchone()
    assert not any(number in stored for number in numbers)
    assert not any(number.encode().hex() in stored for number in numbers)
    assert masked(numbers[0])[6:14] == "********"


def test_no_identity_number_is_invented_twice_whatever_the_seed(folder: Path) -> None:
    for name in ("one", "two"):
        import_campaign(folder=folder, name=name, by=None, invent_people=7)
    assert (Worker.objects.count(), Registration.objects.count()) == (6, 6)


def test_the_bureaus_own_columns_are_taken(folder: Path) -> None:
    places = SMALL["places.csv"].replace("lat,lon\n", "lat,lon,name\n").replace("109.6\n", "109.6,龙凤镇\n")
    lines = [line if line.count(",") == 5 else line + "," for line in places.splitlines()]
    (folder / "places.csv").write_text("\n".join(lines) + "\nV1,village,T1,,,青堡村\n", encoding="utf-8")
    (folder / "occupations.csv").write_text("occupation,name\nsew,缝纫工\n", encoding="utf-8")
    workers = SMALL["workers.csv"].replace("clearance\n", "clearance,village\n").replace("green\n", "green,V1\n")
    (folder / "workers.csv").write_text(workers.replace("yellow\n", "yellow,\n").replace("red\n", "red,\n"), "utf-8")
    campaign = import_campaign(folder=folder, name="small", by=None).campaign
    first = campaign.registrations.get(ref="W1")
    assert (first.township.name, first.village.name) == ("龙凤镇", "青堡村")
    assert first.occupations.get(code="sew").name == "缝纫工"


def test_seats_for_escorts_and_isolation_are_taken_where_they_are_given(folder: Path) -> None:
    trips = "trip,mode,capacity,escort_seats,isolation_seats\nB1,bus,45,1,5\nX1,train,1000,,\n"
    (folder / "trips.csv").write_text(trips, encoding="utf-8")
    import_campaign(folder=folder, name="small", by=None)
    bus, train = Trip.objects.get(ref="B1"), Trip.objects.get(ref="X1")
    assert (bus.withheld, bus.escort_on, bus.isolation_on) == (6, [0], [40, 41, 42, 43, 44])
    assert (train.withheld, train.escort_on, train.isolation_on) == (0, [], [])


def test_more_seats_kept_than_a_vehicle_has_are_a_fault(folder: Path) -> None:
    trips = "trip,mode,capacity,escort_seats,isolation_seats\nB1,bus,45,41,5\nX1,train,1000,,-1\n"
    (folder / "trips.csv").write_text(trips, encoding="utf-8")
    (fault,) = faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (3, "isolation_seats", "-1")
    (folder / "trips.csv").write_text(trips.replace("-1", "0"), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (2, "isolation_seats", "41 + 5")


BAD = [
    # file, what stands there, what it becomes, (line, column, value), a part of what was expected
    ("workers.csv", "W1,T1", "W1,T9", (2, "township", "T9"), "a township of places.csv"),
    ("workers.csv", "W1,T1", "W1,P1", (2, "township", "P1"), "a township of places.csv"),
    ("workers.csv", "W2,T1", "W2,T2", (3, "group", "G1"), "all of a group in one township"),
    ("workers.csv", "W2,T1", "W1,T1", (3, "worker", "W1"), "each worker only once"),
    ("workers.csv", ",4100,", ",41OO,", (3, "min_wage", "41OO"), "a whole number of yuan a month"),
    ("workers.csv", ",4100,", ",-1,", (3, "min_wage", "-1"), "a whole number of yuan a month"),
    ("workers.csv", ",0,2020", ",7,2020", (3, "priority", "7"), "0, 1 or 2"),
    ("workers.csv", "2020-03-22T05:00", "2020-02-30T05:00", (4, "ready_at", "2020-02-30T05:00"), "a local time"),
    ("workers.csv", "2020-03-22T05:00", "22.3.2020", (4, "ready_at", "22.3.2020"), "a local time"),
    ("workers.csv", "2020-03-22T05:00", "2020-03-22T05:00+08:00", (4, "ready_at", "2020-03-22T05:00+08:00"), "a local time"),
    ("workers.csv", "2020-03-22T05:00", "0001-01-01T00:00", (4, "ready_at", "0001-01-01T00:00"), "in the years 2000"),
    ("jobs.csv", "2020-03-26T20:00", "7020-03-26T20:00", (4, "start_by", "7020-03-26T20:00"), "in the years 2000"),
    ("workers.csv", "priority", "min_wage,priority", (1, "min_wage", "worker,township"), "only one column named min_wage"),
    ("workers.csv", ",R1,", ",R9,", (2, "reserved_job", "R9"), "a job of jobs.csv"),
    ("workers.csv", ",R1,", ",J1,", (2, "reserved_job", "J1"), "a job of kind reserved"),
    ("workers.csv", ",D1,green", ",C9,green", (2, "preferred_district", "C9"), "a district or county of places.csv"),
    ("workers.csv", "green", "blue", (2, "clearance", "blue"), "green, yellow or red"),
    ("workers.csv", "W3,T2,weld", "W3,T2,", (4, "occupations", ""), "codes of trades"),
    ("workers.csv", ",red\n", ",red,more\n", (4, "", "W3,T2,weld"), "11 values"),
    ("workers.csv", "W1,T1", "W\u0001,T1", (2, "worker", "W\u0001"), "a code"),
    ("workers.csv", "priority", "prio", (1, "priority", "worker,township"), "a column named priority"),
    ("places.csv", "T2,township,C1", "T2,town,C1", (4, "level", "town"), "one of province"),
    ("places.csv", "T2,township,C1", "T2,township,C7", (4, "parent", "C7"), "a place of places.csv"),
    ("places.csv", "C1,county,", "C1,county,T1", (2, "parent", "T1"), "not round in a circle"),
    ("places.csv", "T2,township,C1", "T2,township,D1", (4, "parent", "D1"), "a county above it"),
    ("places.csv", "109.7", "190.7", (4, "lon", "190.7"), "degrees"),
    ("places.csv", "109.7", "nan", (4, "lon", "nan"), "degrees"),
    ("places.csv", "109.7", "10_9", (4, "lon", "10_9"), "degrees"),
    ("places.csv", "109.7", "", (4, "lon", ""), "both lat and lon or neither"),
    ("places.csv", "T2,township,C1", "".join(f"A{n},county,{f'A{n - 1}' if n else ''},,\n" for n in range(11))
     + "T2,township,C1", (13, "parent", "A8"), "no more than 9 places one above the other"),
    ("jobs.csv", "J1,E1,P1", "J1,E1,T1", (2, "park", "T1"), "a park of places.csv"),
    ("jobs.csv", "open,sew,5", "half,sew,5", (2, "kind", "half"), "open or reserved"),
    ("jobs.csv", "open,sew,5", "open,sew,", (2, "headcount", ""), "a whole number of posts"),
    ("trips.csv", "B1,bus", "B1,boat", (2, "mode", "boat"), "one of bus"),
    ("trips.csv", "bus,45", "bus,45.5", (2, "capacity", "45.5"), "a whole number of seats"),
    ("trips.csv", "X1,train,1000\n", "X1,train,1000\nX2,bus,9\n", (4, "trip", "X2"), "at least two calls"),
    ("stops.csv", "B1,1,P1", "B1,2,P1", (3, "seq", "2"), "without gaps"),
    ("stops.csv", "B1,1,P1", "B1,0,P1", (3, "seq", "B1 0"), "each trip and seq only once"),
    ("stops.csv", "B1,1,P1", "B9,1,P1", (3, "trip", "B9"), "a trip of trips.csv"),
    ("stops.csv", "2020-03-22T01:00", "2020-03-21T01:00", (3, "arrive_at", "2020-03-21T01:00"), "after the departure"),
    ("stops.csv", "2020-03-22T01:10", "2020-03-22T00:10", (3, "depart_at", "2020-03-22T00:10"), "not before the arrival"),
    ("access.csv", "T2,S1", "T2,S9", (2, "to_place", "S9"), "a place of places.csv"),
    ("access.csv", "40", "forty", (2, "minutes", "forty"), "a whole number of minutes"),
    ("admits.csv", "yellow", "green", (2, "clearance", "green"), "yellow or red"),
    ("admits.csv", "C1,D1", "D1,D1", (2, "county", "D1"), "a county of places.csv"),
    ("related.csv", "sew,weld\n", "sew,weld\nsew,weld\n", (3, "related_occupation", "sew weld"), "only once"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "expected"), BAD, ids=lambda v: str(v)[:30])
def test_what_is_broken_is_named_and_nothing_stays(
    folder: Path, file: str, old: str, new: str, where: tuple[int, str, str], expected: str
) -> None:
    assert old in SMALL[file]
    (folder / file).write_text(SMALL[file].replace(old, new, 1), encoding="utf-8")
    found = [f for f in faults_of(folder) if f.file == file]
    line, column, value = where
    assert any(
        (f.line, f.column) == (line, column) and f.value.startswith(value) and expected in f.expected for f in found
    ), [str(f) for f in found]
    for model in (Campaign, CodeList, Place, Worker, Registration, TravelGroup, Posting, ReservedPost, Trip, Call, Run):
        assert not model.objects.exists(), model


def test_a_village_lies_in_the_township_that_stands_beside_it(folder: Path) -> None:
    (folder / "places.csv").write_text(SMALL["places.csv"] + "V2,village,T2,,\n")
    workers = SMALL["workers.csv"].replace("clearance\n", "clearance,village\n").replace("green\n", "green,V2\n")
    (folder / "workers.csv").write_text(workers.replace("yellow\n", "yellow,\n").replace("red\n", "red,V2\n"))
    (fault,) = faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (2, "village", "V2")


def test_trades_beyond_counting_are_refused(folder: Path) -> None:
    row = "{},T1,{},4000,0,2020-03-21T05:00,,1,,,green"
    trades = [row.format(f"X{n}", ";".join(f"t{n}x{k}" for k in range(100))) for n in range(101)]
    (folder / "workers.csv").write_text("\n".join([SMALL["workers.csv"].splitlines()[0], *trades]) + "\n")
    faults = faults_of(folder)
    assert (faults[0].line, faults[0].column, faults[0].expected) == (
        102, "occupations", "no more than 10,000 different trades in all"
    )


@pytest.mark.parametrize("file", list(SMALL))
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert (file, None) in [(f.file, f.line) for f in faults_of(folder)]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "nowhere")
    assert "expected a folder" in str(fault)


def test_text_that_is_not_utf_8_is_shown_as_bytes(folder: Path) -> None:
    (folder / "workers.csv").write_bytes(SMALL["workers.csv"].replace("W2", "王").encode("gb18030"))
    (fault,) = faults_of(folder)
    assert (fault.file, fault.line, fault.column) == ("workers.csv", 3, "worker")


def test_names_with_rare_characters_and_of_twenty_come_in(folder: Path) -> None:
    names = ["\U00031350\u3000\U00020bb7野家", "阿卜杜热西提·买买提吐尔逊阿卜杜拉江艾力", "䶮𬭚"]
    (folder / "occupations.csv").write_text(f"occupation,name\nsew,{names[0]}\nweld,{names[1]}\n", encoding="utf-8")
    campaign = import_campaign(folder=folder, name=names[2], by=None).campaign
    assert campaign.name == names[2]
    assert set(campaign.registrations.get(ref="W1").occupations.values_list("name", flat=True)) == set(names[:2])


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "jobs.csv").unlink()
    (folder / "jobs.csv").symlink_to("/proc/self/mem")
    assert [f.file for f in faults_of(folder)] == ["jobs.csv"]


def test_a_hundred_faults_are_listed_and_more_are_announced(folder: Path) -> None:
    header = SMALL["workers.csv"].splitlines()[0]
    rows = [f"W{n},T1,sew,much,0,2020-03-21T05:00,,1,,,green" for n in range(250)]
    (folder / "workers.csv").write_text("\n".join([header, *rows]) + "\n")
    with pytest.raises(FolderRefused) as refused:
        import_campaign(folder=folder, name="broken", by=None)
    assert (len(refused.value.faults), refused.value.more) == (100, True)


def test_a_name_that_is_taken_is_refused(folder: Path) -> None:
    import_campaign(folder=folder, name="broken", by=None)
    (fault,) = faults_of(folder)
    assert "there is a campaign 'broken' already" in str(fault)


def test_a_name_that_a_list_of_places_has_is_refused(folder: Path) -> None:
    CodeList.objects.create(name="broken", as_of="2019-12-31")
    (fault,) = faults_of(folder)
    assert "there is a list of places 'broken' already" in str(fault)


def test_spaces_around_a_name_do_not_count(folder: Path) -> None:
    assert import_campaign(folder=folder, name=f"  {'n' * 120}\t", by=None).campaign.name == "n" * 120


def test_one_person_in_two_campaigns_stays_one_person(folder: Path) -> None:
    from dispatch.importing import people
    from workers.invention import Inventor

    for name in ("spring", "autumn"):
        with pytest.MonkeyPatch.context() as patch:
            # The same people come again: the inventor is kept from avoiding numbers that are known already.
            patch.setattr(people, "Inventor", lambda seed, villages, first: Inventor(seed, villages, 0))
            import_campaign(folder=folder, name=name, by=None, invent_people=7)
    assert (Worker.objects.count(), Registration.objects.count()) == (3, 6)


@pytest.mark.django_db(transaction=True)
def test_the_command_lists_faults_and_fails(folder: Path) -> None:
    (folder / "trips.csv").write_text("trip,mode,capacity\nB1,boat,45\nX1,train,1000\n")
    done = subprocess.run(
        [sys.executable, "manage.py", "import_campaign", str(folder), "--campaign", "broken"],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 1
    assert "trips.csv line 2, column mode: 'boat': expected one of bus, train, feeder, reception" in done.stderr
    assert "Nothing was imported. Faults listed above: 1." in done.stderr
