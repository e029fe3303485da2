import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from laborbridge.web.doctor import CHECKS, Finding, examine


class Command(BaseCommand):
    help = "Say in words what is wrong with this installation and what to do; the exit status is 1 if anything is."
    # It must be able to say that the database is down, instead of failing on it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [check.name for check in CHECKS]
        parser.add_argument("--json", action="store_true", help="one JSON list, for monitoring")
        parser.add_argument("--only", action="append", choices=names, help="look at this alone (may be repeated)")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [check for check in CHECKS if not options["only"] or check.name in options["only"]]
        findings = []
        for name, finding in examine(chosen):
            findings.append({"check": name, **asdict(finding)})
            if not options["json"]:
                self.say(name, finding)
        if options["json"]:
            self.stdout.write(json.dumps(findings, ensure_ascii=False, indent=2))
        if any(finding["verdict"] == "wrong" for finding in findings):
            sys.exit(1)

    def say(self, name: str, finding: Finding) -> None:
        style = {"good": self.style.SUCCESS, "note": self.style.WARNING, "wrong": self.style.ERROR}[finding.verdict]
        self.stdout.write(f"{style(f'{finding.verdict:5}')}  {name:12}  {finding.says}")
        if finding.do:
            self.stdout.write(f"{'':21}{finding.do}")
