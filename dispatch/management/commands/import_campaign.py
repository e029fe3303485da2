"""manage.py import_campaign DIR --campaign NAME [--invent-people SEED]"""
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.importing import FolderRefused, import_campaign


class Command(BaseCommand):
    help = "Read a campaign's folder of eight CSV files: all of it, or nothing and a list of what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--campaign", required=True, metavar="NAME")
        parser.add_argument("--invent-people", type=int, metavar="SEED", help="invent names, numbers and villages")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            done = import_campaign(
                folder=options["folder"], name=options["campaign"], by=None, invent_people=options["invent_people"],
                say=lambda step: self.stderr.write(f"{time.monotonic() - began:6.1f} s  {step}"),
            )
        except FolderRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            more = " There are more; they will show when these are mended." if refused.more else ""
            raise CommandError(
                f"Nothing was imported. Faults listed above: {len(refused.faults)}. Mend them and import again.{more}"
            ) from refused
        counts = ", ".join(f"{n:,} {what}" for what, n in done.counts.items())
        self.stdout.write(
            f"Campaign {done.campaign.name!r} (number {done.campaign.pk}): {counts}, in {time.monotonic() - began:.1f} s."
        )
