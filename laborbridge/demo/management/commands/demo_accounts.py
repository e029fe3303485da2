"""manage.py demo_accounts"""
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from laborbridge.accounts.models import User
from laborbridge.demo.accounts import ACCOUNTS
from laborbridge.demo.words import account_lines


class Command(BaseCommand):
    help = "Print the demo accounts, one a line: who, account, password, what to look at."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(username__in=[a.username for a in ACCOUNTS]).count() != len(ACCOUNTS):
            raise CommandError("There is no demo here. Run manage.py make_demo first.")
        for line in account_lines():
            self.stdout.write(line)
