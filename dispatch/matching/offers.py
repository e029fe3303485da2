"""What the open jobs offer at some prices, worked out once for all kinds of people who see them alike.

A kind's best job of one trade depends on its least wage and on whether it is a minor, not on its other trades. So the
best of each (trade, least wage, minor) is found first, and a kind takes the best over its few trades.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dispatch.matching.data import NEVER, Array, Data
from dispatch.matching.objective import WAGE_MOST, YUAN_A_POINT


class Offers(NamedTuple):
    """F different views of the open jobs, which of them each kind's trades are, and room for their best values."""

    trade: Array  # [F]
    wage: Array  # [F] least wage, yuan a month
    minor: Array  # [F]
    of: Array  # one for each entry of Data.trade
    worth: Array  # [F, columns] points beyond those for the trade, less the job's price
    job: Array  # [F, columns] -1 none


def make_offers(d: Data) -> Offers:
    count = np.diff(d.trade_start)
    keys = np.column_stack((d.trade, np.repeat(d.kind_wage, count), np.repeat(d.kind_minor, count))).astype(np.int32)
    views, of = np.unique(keys, axis=0, return_inverse=True)
    shape = len(views), int(d.column_start[-1])
    trade, wage, minor = np.ascontiguousarray(views.T)
    return Offers(trade, wage, minor > 0, of.ravel().astype(np.int32), np.full(shape, NEVER),
                  np.full(shape, -1, np.int32))


@njit(cache=True, nogil=True)
def fill_offers(d, offers, job_price, first, last):  # type: ignore[no-untyped-def]
    """The rows of views first..last-1, from job prices [J]."""
    parks = len(d.column_start) - 1
    trades = (len(d.open_start) - 1) // parks if parks > 0 else 0
    for f in range(first, last):
        worth, job = offers.worth[f], offers.job[f]
        worth[:] = NEVER
        job[:] = -1
        for p in range(parks):
            low, high = d.column_start[p], d.column_start[p + 1]
            cell = p * trades + offers.trade[f]
            for o in range(d.open_start[cell + 1] - 1, d.open_start[cell] - 1, -1):
                extra = d.open_wage[o] - offers.wage[f]
                if extra < 0:
                    break
                if offers.minor[f] and not d.open_minors[o]:
                    continue
                v = min(WAGE_MOST, extra / YUAN_A_POINT) - job_price[d.open_job[o]]
                c = low + d.open_due[o]
                if v > worth[c]:
                    worth[c], job[c] = v, d.open_job[o]
            for c in range(high - 2, low - 1, -1):
                if worth[c + 1] > worth[c]:
                    worth[c], job[c] = worth[c + 1], job[c + 1]


@njit(cache=True, nogil=True)
def fill_gain(d, offers, first, last, gain, post):  # type: ignore[no-untyped-def]
    """The rows of kinds first..last-1, from the filled offers."""
    for k in range(first, last):
        mine, job = gain[k], post[k]
        mine[:] = NEVER
        job[:] = -1
        for t in range(d.trade_start[k], d.trade_start[k + 1]):
            worth, its = offers.worth[offers.of[t]], offers.job[offers.of[t]]
            for c in range(len(mine)):
                v = np.float32(d.trade_points[t] + worth[c])
                if its[c] >= 0 and v > mine[c]:
                    mine[c], job[c] = v, its[c]
