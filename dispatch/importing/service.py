"""Importing one folder, in one transaction: the campaign is there whole, or there is a list of faults."""
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.copying import Cursor, copy_rows
from laborbridge.places.models import CodeList
from transport.models import SeatMap
from transport.seat_maps import seat_map_for

from .checks import check_all
from .columns import FILES
from .faults import Faults
from .people import name_people
from .staging import drop_staged, stage

_WRITING = (Path(__file__).parent / "writing.sql").read_text(encoding="utf-8")
Say = Callable[[str], None]


@dataclass(frozen=True)
class ImportedCampaign:
    campaign: Campaign
    counts: dict[str, int]


def import_campaign(
    *, folder: Path, name: str, by: User | None, invent_people: int | None = None, say: Say = lambda _: None
) -> ImportedCampaign:
    """Read the folder's files into a new campaign; FolderRefused lists what is wrong and leaves nothing behind."""
    faults, name = Faults(), name.strip()
    if not folder.is_dir():
        faults.add(str(folder), None, "", "", "a folder with the campaign's CSV files")
    if not 1 <= len(name) <= 120:
        faults.add("--campaign", None, "", name, "a name of 1 to 120 characters")
    elif Campaign.objects.filter(name=name).exists():
        faults.add("--campaign", None, "", name, f"a new name, since there is a campaign {name!r} already")
    elif CodeList.objects.filter(name=name).exists():
        faults.add("--campaign", None, "", name, f"a new name, since there is a list of places {name!r} already")
    faults.stop_if_any()
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time: two that invent people at once would draw the same numbers.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_campaign'))")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        _stage_and_check(cursor, folder, faults, say)
        say("people")
        name_people(cursor, invent_people)
        say("rows")
        campaign = _create_campaign(cursor, name, by)
        _choose_seat_maps(cursor)
        cursor.execute(_WRITING, {
            "campaign": campaign.pk, "codes": campaign.code_list_id, "by": by.pk if by else None, "now": timezone.now(),
        })
        counts = _counts(cursor)
        record("campaign imported", subject=campaign, by=by, campaign=campaign, folder=folder.name, **counts)
        say("constraints")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        drop_staged(cursor)
    _refresh_statistics()
    return ImportedCampaign(campaign, counts)


def _stage_and_check(cursor: Cursor, folder: Path, faults: Faults, say: Say) -> None:
    for file in FILES:
        say(file.name)
        stage(cursor, folder, file, faults)
    faults.stop_if_any()
    say("references")
    check_all(cursor, faults)
    faults.stop_if_any()


def _create_campaign(cursor: Cursor, name: str, by: User | None) -> Campaign:
    cursor.execute("""
        SELECT least(min(ready_at), (SELECT min(depart_at) FROM in_stops)),
               greatest((SELECT max(start_by) FROM in_jobs), (SELECT max(arrive_at) FROM in_stops), max(ready_at))
          FROM in_workers""")
    first, last = cursor.fetchone() or (None, None)
    first, last = first or timezone.now(), last or timezone.now()
    first_day, last_day = timezone.localdate(first), timezone.localdate(last)
    codes = CodeList.objects.create(name=name, as_of=first_day)
    return Campaign.objects.create(name=name, code_list=codes, first_day=first_day, last_day=last_day, created_by=by)


def _choose_seat_maps(cursor: Cursor) -> None:
    """in_seat_maps: which seat map a trip of this mode and capacity is drawn on."""
    cursor.execute("CREATE TEMPORARY TABLE in_seat_maps (mode text, capacity integer, seat_map_id bigint) ON COMMIT DROP")
    cursor.execute("SELECT DISTINCT mode, capacity FROM in_trips ORDER BY 1, 2")
    ids = dict(SeatMap.objects.values_list("code", "id"))
    kinds = [(mode, seats, seat_map_for(mode, seats)) for mode, seats in cursor.fetchall()]
    rows = [(mode, seats, drawn and ids[drawn.code]) for mode, seats, drawn in kinds]
    copy_rows(cursor, "in_seat_maps", ("mode", "capacity", "seat_map_id"), rows)


def _counts(cursor: Cursor) -> dict[str, int]:
    tables = ("places", "workers", "jobs", "trips", "stops")
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM in_{table}")
        (counts[table],) = cursor.fetchone() or (0,)
    return counts


def _refresh_statistics() -> None:
    """After so many new rows the database's own idea of its tables is out of date; queries would be slow."""
    with connection.cursor() as cursor:
        cursor.execute("""
            ANALYZE places_place, workers_worker, workers_household, workers_registration, workers_travelgroup,
                    workers_registrationoccupation, workers_clearance, jobs_employer, jobs_site, jobs_posting,
                    jobs_reservedpost, transport_trip, transport_call, transport_access""")

