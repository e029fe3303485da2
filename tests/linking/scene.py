"""Two lists: people who are registered, and what a firm's list says of some of them."""
from dataclasses import dataclass

from django.db import transaction

from jobs.models import Employer, Question, ReturningEmployee
from jobs.services.linking import link
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from workers.models import Registration

from .people import hashes

QIN, TAN, XIANG = "422801198505171234", "422802199001014321", "422822197907159876"


@dataclass
class TwoLists:
    campaign: Campaign
    bureau: Organisation
    staff: User
    firm: Employer

    def register(self, name: str, number: str = "", phone: str = "", **fields: object) -> Registration:
        return make.make_registration(
            self.campaign, worker=make.make_worker(name=name, identity=number or None), phone=phone, **fields)  # type: ignore[arg-type]

    def employee(self, name: str, number: str = "", phone: str = "", *, shows: str = "whole", firm: Employer | None = None,
                 trade: str = "", **fields: object) -> ReturningEmployee:
        shown = {f"identity_{kind}": value for kind, value in hashes(number, shows).items()} if number else {}
        return ReturningEmployee.objects.create(
            employer=firm or self.firm, name=name, phone=phone, trade=trade, **shown, **fields)

    def link(self) -> dict[str, int]:
        employees = ReturningEmployee.objects.filter(employer__campaign=self.campaign)
        with transaction.atomic():
            return dict(link(employees, campaign=self.campaign, owner=self.bureau))

    def question(self) -> Question:
        return Question.objects.get(campaign=self.campaign, kind="which_person", settled_at=None)

    def doubtful(self, name: str = "覃凤仙") -> Question:
        """A name that two registered people have, and nothing else: a question with two to choose from."""
        for _ in range(2):
            self.register(name)
        self.employee(name)
        self.link()
        return self.question()


def make_two_lists() -> TwoLists:
    campaign = make.make_campaign()
    bureau = make.make_organisation("bureau", place=campaign.origin)
    campaign.participants.add(bureau)
    return TwoLists(campaign, bureau, make.make_member(organisation=bureau), make.make_employer(campaign))
