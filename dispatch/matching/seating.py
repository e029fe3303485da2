"""The loops that seat one trip: parties into runs of free seats, and exchanges for those that came apart.

R riders of one trip, S seats, P parts, Q parties. Riders come party by party and parties in the order in which they are
to be seated. `holder` [S, P] is the rider on a seat on a part, FREE, or CLOSED where nobody is seated.
"""
import numpy as np
from numba import njit

FREE, CLOSED = -1, -2
_APART = 1 << 50
NEAR, NEXT, CROWD = 1, 4, 63


@njit(cache=True, nogil=True)
def together(seat, begins, q, row, limit):  # type: ignore[no-untyped-def]
    """Whether party q sits in adjoining rows: none between them is left out, and at most `limit` lie after the first."""
    low, high = row[seat[begins[q]]], row[seat[begins[q]]]
    for r in range(begins[q], begins[q + 1]):
        low, high = min(low, row[seat[r]]), max(high, row[seat[r]])
    if high - low > limit[q]:
        return False
    for between in range(low + 1, high):
        there = False
        for r in range(begins[q], begins[q + 1]):
            there |= row[seat[r]] == between
        if not there:
            return False
    return True


@njit(cache=True, nogil=True)
def count_together(seat, begins, row, limit):  # type: ignore[no-untyped-def]
    count = 0
    for q in range(len(begins) - 1):
        count += together(seat, begins, q, row, limit)
    return count


@njit(cache=True, nogil=True)
def settle(kept, board, alight, holder, seat):  # type: ignore[no-untyped-def]
    """Whoever keeps a seat (-1: nobody) has it, where it is free on the whole ride."""
    for r in range(len(kept)):
        if kept[r] >= 0 and (holder[kept[r], board[r]:alight[r]] == FREE).all():
            holder[kept[r], board[r]:alight[r]] = r
            seat[r] = kept[r]


@njit(cache=True, nogil=True)
def seat_parties(begins, cluster, board, alight, row, coach, limit, aligned, spread, holder, seat):  # type: ignore[no-untyped-def]
    """Seats for all whose `seat` is -1; False as soon as somebody finds none.

    A party goes where most of its cluster are, else into the smallest coach that holds all of them who are still to come.
    With `spread` half of a coach's seats stay free as long as there is room elsewhere, and those beside others are last.
    """
    mates, waiting = _clusters(begins, cluster, coach, seat)
    spare = _spare(holder, coach, spread)
    free = np.empty(len(row), np.int64)
    run = np.empty(len(row), np.int64)
    room = np.empty(mates.shape[1], np.int64)
    for q in range(len(cluster)):
        new = 0
        low, high = 1 << 30, -1
        for r in range(begins[q], begins[q + 1]):
            if seat[r] < 0:
                new += 1
            else:
                low, high = min(low, row[seat[r]]), max(high, row[seat[r]])
        if not new:
            continue
        a, b = board[begins[q]], alight[begins[q]]
        count = _free_seats(holder, a, b, row, coach, free, run, room)
        if count < new:
            return False
        room -= spare
        home = _coach_for(room, mates[cluster[q]], new, waiting[cluster[q]])
        others = _beside(holder, a, b, row, begins, q) if spread else np.zeros(len(row), np.int8)
        at = _window(free, run, count, new, home, low, high, row, coach, limit[q], aligned, others)
        for r in range(begins[q], begins[q + 1]):
            if seat[r] < 0:
                seat[r] = free[at]
                holder[seat[r], a:b] = r
                mates[cluster[q], coach[seat[r]]] += 1
                at += 1
        waiting[cluster[q]] -= new
    return True


@njit(cache=True, nogil=True)
def _clusters(begins, cluster, coach, seat):  # type: ignore[no-untyped-def]
    """[cluster, coach] how many sit there already, and [cluster] how many have no seat yet."""
    mates = np.zeros((cluster.max() + 1, coach[-1] + 1), np.int64)
    waiting = np.zeros(cluster.max() + 1, np.int64)
    for q in range(len(cluster)):
        for r in range(begins[q], begins[q + 1]):
            if seat[r] >= 0:
                mates[cluster[q], coach[seat[r]]] += 1
            else:
                waiting[cluster[q]] += 1
    return mates, waiting


@njit(cache=True, nogil=True)
def _free_seats(holder, a, b, row, coach, free, run, room):  # type: ignore[no-untyped-def]
    """How many seats are free from a to b, in `free`; seats of one `run` lie in rows of which each adjoins the next."""
    count = 0
    room[:] = 0
    for s in range(len(row)):
        empty = True
        for part in range(a, b):
            if holder[s, part] != FREE:
                empty = False
                break
        if not empty:
            continue
        if count == 0:
            run[count] = 0
        else:
            run[count] = run[count - 1] + (row[s] - row[free[count - 1]] > 1)
        free[count] = s
        room[coach[s]] += 1
        count += 1
    return count


@njit(cache=True, nogil=True)
def _spare(holder, coach, spread):  # type: ignore[no-untyped-def]
    """[coach] the seats that are to stay free: half of those that may be had, if at all."""
    spare = np.zeros(coach[-1] + 1, np.int64)
    if spread:
        for s in range(len(coach)):
            spare[coach[s]] += holder[s, 0] != CLOSED
    return spare // 2


@njit(cache=True, nogil=True)
def _beside(holder, a, b, row, begins, q):  # type: ignore[no-untyped-def]
    """[seat] how near somebody who is not of party q sits on any part from a to b: next to it in its row, in a row that
    adjoins, or neither."""
    others = np.zeros(len(row), np.int8)
    for s in range(len(row)):
        taken = False
        for part in range(a, b):
            taken |= holder[s, part] >= 0 and not begins[q] <= holder[s, part] < begins[q + 1]
        if not taken:
            continue
        for step in (-1, 1):
            t = s + step
            while 0 <= t < len(row) and abs(row[t] - row[s]) <= 1:
                if row[t] != row[s]:
                    others[t] = max(others[t], NEAR)
                elif t == s + step:
                    others[t] = NEXT
                t += step
    return others


@njit(cache=True, nogil=True)
def _coach_for(room, mates, new, waiting):  # type: ignore[no-untyped-def]
    """-1 where no coach has room for the party."""
    best, value = -1, 0
    for c in range(len(room)):
        if room[c] < new:
            continue
        if mates[c]:
            worth = (1 << 40) + mates[c]
        elif room[c] >= waiting:
            worth = (1 << 30) - room[c]
        else:
            worth = room[c]
        if best < 0 or worth > value:
            best, value = c, worth
    return best


@njit(cache=True, nogil=True)
def _window(free, run, count, new, home, low, high, row, coach, limit, aligned, others):  # type: ignore[no-untyped-def]
    """Where in `free` the party's seats begin: together first, then at home, in few rows, beside few others, in the
    shortest run.

    `low` and `high` are the rows of members who sit already.
    """
    best, least = 0, 1 << 60
    begin, end = 0, 0
    for i in range(count - new + 1):
        if i == end:
            begin = i
            while end < count and run[end] == run[begin]:
                end += 1
        j = i + new - 1
        first, last = min(low, row[free[i]]), max(high, row[free[j]])
        away = coach[free[i]] != home or coach[free[j]] != home
        if run[i] != run[j] or last - first > limit:
            cost = _APART + (away << 40) + ((last - first) << 20) + (free[j] - free[i])
        else:
            crowd = 0
            for k in range(i, j + 1):
                crowd += others[free[k]]
            apart = last - first if aligned or high >= 0 else 0
            cost = (away << 40) + (apart << 20) + (min(crowd, CROWD) << 14) + (end - begin)
        if cost < least:
            best, least = i, cost
    return best


@njit(cache=True, nogil=True)
def mend(begins, party, board, alight, kept, row, limit, holder, seat):  # type: ignore[no-untyped-def]
    """Exchange seats until no party that sits apart can be brought together at no cost to another; the exchanges made."""
    made = 0
    again = True
    while again:
        again = False
        for q in range(len(begins) - 1):
            if begins[q + 1] - begins[q] < 2 or together(seat, begins, q, row, limit):
                continue
            for first in range(len(row)):
                if _bring(begins, party, board, alight, kept, row, limit, holder, seat, q, first):
                    made += 1
                    again = True
                    break
    return made


@njit(cache=True, nogil=True)
def _bring(begins, party, board, alight, kept, row, limit, holder, seat, q, first):  # type: ignore[no-untyped-def]
    """Party q to the seats from `first` on, where then more parties sit together than before; else nothing is changed."""
    size = begins[q + 1] - begins[q]
    wanted = np.empty(size, np.int64)
    count, s = 0, first
    while s < len(row) and count < size and row[s] - row[first] <= limit[q]:
        if _may_have(holder, party, kept, q, s, board[begins[q]], alight[begins[q]]):
            wanted[count] = s
            count += 1
        s += 1
    if count < size:
        return False
    done = np.empty((size, 4), np.int64)
    touched = np.zeros(len(begins) - 1, np.int8)
    steps, gain = 0, 0
    for n in range(size):
        r = _not_on(begins, q, seat, wanted)
        held = False
        for m in range(begins[q], begins[q + 1]):
            held |= seat[m] == wanted[n]
        if held:
            continue
        low, high = _segment(holder, seat[r], wanted[n], r)
        if not _loose(holder, kept, seat[r], wanted[n], low, high):
            steps = _undo(holder, seat, done, steps)
            return False
        gain -= _newly(begins, party, seat, row, limit, holder, touched, seat[r], wanted[n], low, high)
        done[steps] = seat[r], wanted[n], low, high
        steps += 1
        _exchange(holder, seat, done[steps - 1])
    for p in range(len(touched)):
        if touched[p]:
            gain += together(seat, begins, p, row, limit)
    if gain <= 0:
        _undo(holder, seat, done, steps)
        return False
    return True


@njit(cache=True, nogil=True)
def _may_have(holder, party, kept, q, s, a, b):  # type: ignore[no-untyped-def]
    """Whether nobody of another party keeps seat s between a and b."""
    for part in range(a, b):
        r = holder[s, part]
        if r == CLOSED or (r >= 0 and kept[r] and party[r] != q):
            return False
    return True


@njit(cache=True, nogil=True)
def _not_on(begins, q, seat, wanted):  # type: ignore[no-untyped-def]
    """A member of q on none of the seats wanted; the first member if there is no such."""
    for r in range(begins[q], begins[q + 1]):
        on = False
        for s in wanted:
            on |= seat[r] == s
        if not on:
            return r
    return begins[q]


@njit(cache=True, nogil=True)
def _segment(holder, s, t, r):  # type: ignore[no-untyped-def]
    """The parts around r's ride at whose ends nobody stays aboard on either of two seats."""
    low, high = 0, holder.shape[1]
    for part in range(holder.shape[1]):
        if holder[s, part] == r:
            low = part
            break
    high = low + 1
    while low > 0 and (_stays(holder, s, low) or _stays(holder, t, low)):
        low -= 1
    while high < holder.shape[1] and (_stays(holder, s, high) or _stays(holder, t, high)):
        high += 1
    return low, high


@njit(cache=True, nogil=True)
def _stays(holder, s, part):  # type: ignore[no-untyped-def]
    return holder[s, part] >= 0 and holder[s, part] == holder[s, part - 1]


@njit(cache=True, nogil=True)
def _loose(holder, kept, s, t, low, high):  # type: ignore[no-untyped-def]
    for part in range(low, high):
        if (holder[s, part] >= 0 and kept[holder[s, part]]) or (holder[t, part] >= 0 and kept[holder[t, part]]):
            return False
    return True


@njit(cache=True, nogil=True)
def _newly(begins, party, seat, row, limit, holder, touched, s, t, low, high):  # type: ignore[no-untyped-def]
    """Of the parties that an exchange touches first, how many sit together now."""
    sat = 0
    for at in (s, t):
        for part in range(low, high):
            r = holder[at, part]
            if r >= 0 and not touched[party[r]]:
                touched[party[r]] = 1
                sat += together(seat, begins, party[r], row, limit)
    return sat


@njit(cache=True, nogil=True)
def _exchange(holder, seat, step):  # type: ignore[no-untyped-def]
    s, t, low, high = step
    for part in range(low, high):
        one, other = holder[s, part], holder[t, part]
        holder[s, part], holder[t, part] = other, one
        if one >= 0:
            seat[one] = t
        if other >= 0:
            seat[other] = s


@njit(cache=True, nogil=True)
def _undo(holder, seat, done, steps):  # type: ignore[no-untyped-def]
    for n in range(steps - 1, -1, -1):
        _exchange(holder, seat, done[n])
    return 0
