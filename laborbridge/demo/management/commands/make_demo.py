"""manage.py make_demo [--if-empty]"""
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from laborbridge.campaigns.models import Campaign
from laborbridge.demo.services import DemoExists, make_demo
from laborbridge.demo.words import FIRST_STEPS


class Command(BaseCommand):
    help = "Make the demo campaign, Enshi to Hangzhou in spring 2020, with an account for each kind of person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="only where there is no campaign yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Campaign.objects.exists():
            self.stdout.write("There are campaigns already; the demo was not made.")
            return
        try:
            campaign = make_demo()
        except DemoExists as exists:
            self.stdout.write(str(exists))
            return
        self.stdout.write(
            f"{campaign.name}: {campaign.registrations.count():,} people, {campaign.employers.count()} employers, "
            f"{campaign.trips.count()} trips."
        )
        for line in FIRST_STEPS:
            self.stdout.write(line)
