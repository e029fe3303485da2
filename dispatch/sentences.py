"""What each rule of the database means to the person who ran into it. {detail} is what the database saw."""
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "run_one_active_per_campaign": _(
        "A run of this campaign is under way already. Watch it, or stop it and keep its best plan, before starting another."
    ),
    "roster_bundle_one_active_per_plan": _("The lists of this plan are being written already. Wait until they are ready."),
    "plan_one_published_per_campaign": _("Another plan of this campaign was published at this moment. Look at it first."),
    "published_plan_changes_only_by_a_recorded_change": _("A published plan changes only with a reason on record."),
    "replaced_plan_never_changes": _("A newer plan has replaced this one ({detail}). Make the change there."),
    "worker_one_live_assignment_per_campaign": _("This person has a place in this plan already."),
    "seat_one_person_on_each_part": _("Somebody else has this seat on a part of the way. Choose another seat."),
    "posting_never_more_assignments_than_posts": _("The posting would have more people than posts ({detail})."),
    "trip_never_more_people_than_seats": _("The trip would carry more people than it has seats ({detail})."),
    "seat_exists_on_its_trip": _("This seat does not exist on the trip ({detail})."),
    "withheld_seat_is_never_booked": _(
        "This seat is kept for escorts or for isolation ({detail}). Choose another seat, or keep fewer seats."
    ),
    "trip_withholds_no_more_than_its_seats": _("More seats would be kept for escorts and isolation than the vehicle has."),
    "trip_withholds_no_more_than_the_load_rule_leaves": _(
        "The load rule of this trip leaves too few seats for so many escorts and isolation seats. Keep fewer seats, or"
        " choose another rule."
    ),
    "trip_load_rule_known": _("There is no such load rule. Choose one of the list."),
    "trip_load_rule_is_never_exceeded": _(
        "The load rule of this trip does not allow it ({detail}). Choose another seat, or fill more of the vehicle."
    ),
    "group_goes_together_or_not_at_all": _(
        "A group that travels together would be split ({detail}). Move all of it, or record that its members agree."
    ),
    "worker_under_16_is_never_matched": _("Somebody under 16 cannot be given a job ({detail})."),
    "worker_under_18_only_where_the_posting_allows": _("This posting does not take people under 18 ({detail})."),
    "posting_of_unverified_employer_is_never_matched": _(
        "The employer has not been verified by the destination bureau ({detail}). Verify it, or run again without it."
    ),
    "posting_withdrawn_is_never_matched": _("The posting has been withdrawn ({detail}). Start a new run."),
    "registration_with_an_outcome_is_never_matched": _(
        "Somebody in the plan no longer goes: withdrew, is back or found another way ({detail}). Start a new run."
    ),
    "reserved_post_only_for_whom_it_is_kept": _("This post is kept for somebody else ({detail})."),
    "trip_cancelled_carries_nobody": _("A trip of the plan has been cancelled ({detail}). Start a new run."),
    "assignment_stays_within_its_campaign": _("Person and posting belong to different campaigns ({detail})."),
    "registration_has_an_outcome_or_an_assignment": _(
        "This person has a place in the published plan ({detail}). Take the place back first."
    ),
    "trip_closes_only_when_nobody_is_open": _("The trip cannot close ({detail}). Scan or explain everybody first."),
    "gathering_wish_counts_once": _("This tap was stored already, for somebody else. Load the page again."),
    "gathering_stays_within_its_campaign": _("Person and trip belong to different campaigns ({detail})."),
    "closed_trip_stays_as_it_was": _("The trip is closed ({detail}): nothing on it can be changed."),
    "station_rules_once_per_place": _("Somebody else has set rules for this place at this moment. Look at theirs first."),
    "station_rules_guide_for_1_to_1000_people": _("One guide looks after 1 to 1,000 people in an hour."),
    "station_rules_bays_0_to_500": _("A place has 0 to 500 bus bays; leave the field empty where nobody has counted them."),
    "station_rules_bays_belong_to_a_place": _("Bus bays are those of one place: choose it, or leave the field empty."),
    "station_rules_boarding_up_to_4_hours": _("A bus stands at most 240 minutes before it leaves."),
    "station_rules_mask_every_1_to_24_hours": _("One more mask is for 1 to 24 hours on the way."),
    "station_rules_bed_after_1_to_24_hours": _("A bed is for those who wait more than 1 to 24 hours."),
    "station_rules_night_spans_midnight": _(
        "The night begins between 12 and 23 o'clock and ends between 1 and 12 o'clock of the next day."
    ),
    "station_rules_meals_in_order": _(
        "Breakfast, lunch and dinner follow one another, each ends after it begins, and the last by 24 o'clock."
    ),
    "ticket_ends_only_by_a_recorded_change": _("A carrier's ticket ({detail}) ends only with a reason on record."),
    "real_names_for_a_purpose": _("Say what the whole numbers are for: it stays on record."),
    "real_names_released_by_a_second_person": _(
        "You asked for this list yourself, so somebody else has to release it. Ask one of those who are named on its page."
    ),
    "real_names_one_open_list_per_trip": _("A list of this trip has been asked for already. Look at that one first."),
    "real_names_one_open_link_per_list": _("Somebody else has made a link at this moment. Look at the list first."),
    "real_names_stay_as_recorded": _("What was asked for, released or closed stays on record as it was ({detail})."),
    "real_names_given_only_while_released": _(
        "This list cannot be taken or answered: it is not released, its time is over, or it was taken back."
    ),
    "ticket_seat_one_person_on_each_part": _(
        "Two people who ride together would have the seat {detail}. Nothing was stored; look at the rows again."
    ),
    "roster_lock_one_per_trip": _("This trip's list has a lock already. Lift it before setting another."),
    "roster_lock_is_before_departure": _("A list is locked before its trip departs ({detail}). Choose an earlier time."),
    "frozen_roster_lock_keeps_its_terms": _(
        "The list is frozen: its time and its offices stay ({detail}). Lift the lock and set a new one."
    ),
    "lifted_roster_lock_stays_lifted": _("This lock was lifted ({detail}). Set a new one."),
    "lifted_roster_lock_freezes_nothing": _("This lock was lifted ({detail}). Set a new one."),
    "lifted_roster_lock_is_not_signed": _("This lock was lifted, so there is nothing to sign any more."),
    "frozen_list_numbered_once_per_lock": _("Somebody else froze this list at this moment. Look at it first."),
    "frozen_list_never_changes": _("A frozen list never changes ({detail}). Freeze it anew, with a reason."),
    "sign_off_is_of_the_list_that_is_frozen": _(
        "Another list is frozen by now than the one that was shown to you. Look at it, then sign."
    ),
    "sign_off_is_of_an_office_that_must_agree": _("This office is not among those that must agree to the list."),
    "sign_off_is_by_a_member_of_the_office": _("Only the office's own staff signs for it."),
    "roster_lock_signed_off_by_each_office_once": _("Your office has signed this list already."),
    "office_that_has_signed_does_not_object": _(
        "Your office has signed this list. Ask who set the lock to freeze it anew or to lift it."
    ),
    "pin_value_fits_its_kind": _("A pin is about a posting, about a trip, or about the person alone."),
    "pin_gives_a_reason": _("Say in 1 to 400 characters why: it stays on record."),
    "pin_one_live_of_the_same_meaning": _("This person is pinned so already. Lift that pin before setting another."),
    "pins_of_a_person_never_contradict": _("Another pin of this person stands against it ({detail}). Lift that one first."),
    "pin_stays_within_its_campaign": _("Person, posting and trip belong to different campaigns ({detail})."),
    "pin_legs_are_of_trips_and_calls": _(
        "The timetable of a trip has changed, so this journey cannot be pinned ({detail}). Start a new run first."
    ),
    "lifted_pin_stays_lifted": _("This pin was lifted ({detail}). Set a new one."),
    "pin_stays_as_it_was_decided": _("A pin stays as it was decided ({detail}). Lift it and set a new one."),
}
