"""Two entries of one person in one campaign, and whoever decides that they are one."""
from dataclasses import dataclass

from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from workers.models import Registration, Worker, WorkerMerge
from workers.services.merging import merge_workers


@dataclass
class Twice:
    campaign: Campaign
    village: Place
    staff: User
    kept: Worker
    gone: Worker
    mine: Registration
    second: Registration

    def merge(self, why: str = "the same telephone and the same house") -> WorkerMerge:
        return merge_workers(kept=self.kept, gone=self.gone, why=why, by=self.staff)


def make_twice(name: str = "向桂英") -> Twice:
    campaign = make.make_campaign()
    village = make.make_village(campaign)
    kept, gone = make.make_worker(name=name), make.make_worker(name=name)
    return Twice(
        campaign, village, make.make_planner(campaign, language="en"), kept, gone,
        make.make_registration(campaign, worker=kept, village=village, phone="13800001234"),
        make.make_registration(campaign, worker=gone, village=village, phone="13800001234"),
    )
