"""What is said of the rows of a list of people, in words that tell a clerk what to do."""
from django.utils.translation import gettext_lazy as _

from ...reading import dates, identities, phones
from ..faults import as_remarks
from ..remarks import Remark, Weight

TOLD, LOOK, REJECTS = Weight.TOLD, Weight.LOOK, Weight.REJECTS

READ = {
    **as_remarks((*identities.FAULTS, "identity_masked"), REJECTS),
    **as_remarks(("identity_area_unknown",), LOOK),
    **as_remarks(("identity_ends_in_noughts",), TOLD),
    **as_remarks(phones.FAULTS, LOOK),
    **as_remarks(dates.FAULTS, LOOK),
    **as_remarks(("yes_unreadable", "number_unreadable"), LOOK),
    **as_remarks(("name_has_digits", "name_signs", "name_too_short", "name_too_long"), REJECTS),
    **as_remarks(("phone_second", "formula", "spreadsheet_error"), LOOK),
    "no_name": Remark(_("There is no name. Write it and send the row again."), REJECTS),
    "no_identity": Remark(
        _("There is no identity number, and without one nobody is registered. Write it and send the row again."), REJECTS),
    "cell_needed": Remark(
        _("The cell under “%(column)s” holds a formula or an error, and nobody is registered without it. Write the value."),
        REJECTS),
    "phone_missing": Remark(_("There is no telephone: whoever has to reach this person cannot."), TOLD),
    "sex_differs": Remark(_("The list says “%(value)s”, the identity number says otherwise. The number was taken."), LOOK),
    "date_outside": Remark(
        _("%(day)s is after this campaign's last day, so no trip of it takes this person. See whether the day is right."),
        LOOK),
}
JUDGED = {
    "number_of_many": Remark(
        _("The same identity number stands in %(rows)s rows of this list. Write each person's own number."), REJECTS, True),
    "no_township": Remark(
        _("There is no township, and the village does not tell which. Write the township."), REJECTS, True),
    "township_unknown": Remark(
        _("There is no township “%(value)s” in %(within)s. Write its name as the list of divisions has it."), REJECTS, True),
    "township_near": Remark(
        _("There is no township “%(value)s” in %(within)s. Near to it: %(like)s."), REJECTS, True),
    "township_several": Remark(
        _("“%(value)s” may be %(like)s. Write the county too."), REJECTS, True),
    "outside_place": Remark(
        _("%(value)s is not in %(within)s, for which this list was sent. Whoever is responsible there sends this row."),
        REJECTS, True),
    "village_missing": Remark(_("There is no village. The township was kept."), TOLD, True),
    "village_unknown": Remark(
        _("There is no village “%(value)s” in %(within)s. The township was kept; write the village's name in full."),
        LOOK, True),
    "village_near": Remark(
        _("There is no village “%(value)s” in %(within)s; near to it: %(like)s. The township was kept."), LOOK, True),
    "village_several": Remark(_("“%(value)s” may be %(like)s. The township was kept."), LOOK, True),
    "registered_elsewhere": Remark(
        _("This person is registered already: in %(place)s, since %(day)s. Agree with the office there before you "
          "change it."),
        REJECTS, True),
    "number_of_another": Remark(
        _("This identity number is registered under an altogether different name, in %(place)s since %(day)s. Compare name "
          "and number with the identity card."), REJECTS, True),
    "number_of_another_before": Remark(
        _("This identity number belongs to somebody with an altogether different name. Compare name and number with the "
          "identity card."), REJECTS, True),
    "number_of_another_row": Remark(
        _("This identity number stands under an altogether different name in line %(line)s (%(sheet)s). Compare both with "
          "the identity cards."), REJECTS, True),
    "other_name": Remark(_("The name on record is %(name)s, which was kept. See which one is right."), LOOK, True),
    "moved": Remark(_("Registered in %(place)s until now. See where this person lives."), LOOK, True),
    "has_outcome": Remark(_("On record as “%(outcome)s” since %(day)s, and that stays."), LOOK, True),
    "comes_again": Remark(_("Had been withdrawn when a list was taken back, and goes again now."), TOLD, True),
    "possible_phone": Remark(
        _("Somebody with this name and this telephone is registered with another identity number, in %(place)s since "
          "%(day)s. Not stored: somebody decides whether this is one person."), TOLD, True),
    "possible_birth": Remark(
        _("Somebody with this name and this date of birth is registered in the same village with another identity number, "
          "since %(day)s. Not stored: somebody decides whether this is one person."), TOLD, True),
    "possible_row": Remark(
        _("Line %(line)s (%(sheet)s) has the same name with the same telephone, or birthday and village, and another "
          "identity number. Not stored: somebody decides whether this is one person."), TOLD, True),
    "group_is_planned": Remark(
        _("This person, or others of the group, have seats in the published plan: the group stays as it is there."),
        LOOK, True),
    "stays_held": Remark(_("Not taken back: %(why)s"), LOOK, True),
    "withdrew_instead": Remark(_("Not removed but withdrawn: %(why)s"), LOOK, True),
    "changed_later": Remark(_("%(what)s: changed later, so it stays as it is."), LOOK, True),
    "again": Remark(_("The same person as in line %(line)s (%(sheet)s)."), TOLD, True),
}
REMARKS = READ | JUDGED
