"""manage.py export_plan --campaign NAME [--plan NUMBER] --out PLAN.csv"""
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.models import Plan
from dispatch.services.exporting import export_plan


class Command(BaseCommand):
    help = "Write a plan as PLAN.csv (worker, job, legs): the published one, or the newest, or the one with --plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="NAME")
        parser.add_argument("--plan", type=int, metavar="NUMBER")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = self._plan(options["campaign"], options["plan"])
        # Written beside and then renamed: whoever reads the file never sees half of it.
        target: Path = options["out"]
        part = target.with_name(target.name + ".part")
        try:
            with part.open("wb") as out:
                export_plan(plan, out)
            part.replace(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}. Choose another --out.") from error
        self.stdout.write(f"Plan {plan.number} ({plan.state}) of {plan.campaign}: {target}")

    def _plan(self, campaign: str, number: int | None) -> Plan:
        plans = Plan.objects.filter(campaign__name=campaign).select_related("campaign")
        if number is not None:
            plans = plans.filter(number=number)
        plan = plans.filter(state=Plan.State.PUBLISHED).first() or plans.order_by("-number").first()
        if plan is None:
            which = "no plan yet" if number is None else f"no plan {number}"
            raise CommandError(f"There is {which} in a campaign named {campaign!r}. Start a run first, or check the name.")
        return plan
