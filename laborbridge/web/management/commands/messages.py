"""manage.py messages"""
from typing import Any

from django.core.management.base import BaseCommand

from laborbridge.web.catalogue import chinese, missing, renew


class Command(BaseCommand):
    help = "Bring locale/zh_Hans up to date with the texts in code and templates, and list what has no Chinese yet."

    def handle(self, *args: Any, **options: Any) -> None:
        renew()
        wanting = missing()
        for text in wanting:
            self.stdout.write(text)
        self.stderr.write(f"{chinese()}: texts without a translation: {len(wanting)}.")
