"""What each rule of the database means to the person who ran into it. {detail} is what the database saw."""
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "workers_never_merged_in_a_circle": _("The two are one person already ({detail}). Load the page again."),
    "worker_merged_into_somebody_else": _("An entry is not merged with itself. Choose the other one."),
    "worker_never_merged_with_itself": _("An entry is not merged with itself. Choose the other one."),
    "worker_merged_away_once": _("Somebody else merged this entry at this moment. Look at it first."),
    "worker_merge_has_a_reason": _("Say in 1 to 200 characters why: it stays on record."),
    "merged_worker_has_no_open_registration": _(
        "This entry was merged with another one ({detail}). Register the person there."
    ),
    "worker_merge_is_on_record": _("Who merges two entries, or takes it back, stays on record ({detail})."),
    "worker_merge_stays_on_record": _("A merge stays on record as it was decided ({detail}). It can be undone once."),
    "list_import_adds_up": _("The account of the list does not add up, so nothing of it was stored. Send it again."),
    "list_row_once_per_line": _("Another worker has read the same list at this moment. Look at it again."),
    "worker_identity_number_once": _(
        "Somebody of this list was entered in another campaign at this moment. Confirm it again."),
    "registration_once_per_worker_and_campaign": _(
        "Somebody of this list was registered in another way at this moment. Confirm it again."),
}
