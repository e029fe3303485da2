"""What each rule of this app's database means to the person who ran into it."""
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "returning_employee_goes_back_to_one_firm": _(
        "This person goes back to another firm, as somebody has just recorded. Change that first."),
    "register_outcome_one_at_a_time": _("Another register has settled this person at this moment. Load the page again."),
    "question_open_once_per_registration": _("The same is being asked of this person again. Answer that question."),
    "question_open_once_per_employee": _("The same is being asked of this employee again. Answer that question."),
    "question_open_once_per_worker": _("The same is being asked of this person again. Answer that question."),
    "question_open_once_per_row": _("The same is being asked of this row of a list again. Answer that question."),
    "question_open_once_per_sighting": _("The same is being asked of this row of a register again. Answer that question."),
}
