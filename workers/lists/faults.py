"""What is wrong with a cell, by the codes of workers.reading.values; each kind of list says how grave that is to it."""
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .remarks import Remark, Weight

SENTENCES: Mapping[str, str | Promise] = {
    "formula": _("The cell under “%(column)s” holds a formula, which is not taken. Paste its value instead."),
    "spreadsheet_error": _(
        "The cell under “%(column)s” holds %(value)s, an error of the spreadsheet. Write the value itself."),
    "identity_digits_lost": _(
        "The spreadsheet has turned the last figures of the identity number into noughts. Format the column as text and "
        "type the number again."),
    "identity_is_a_date": _("Where the identity number should be there is a date. Type the number as text."),
    "identity_masked": _("The identity number is masked. Write all 18 figures."),
    "identity_masked_too_far": _("The identity number is masked so far that it says nothing. Write all 18 figures."),
    "identity_old": _("This is an identity number of 15 figures, out of use since 2013. Write the one of 18 figures."),
    "identity_too_short": _("The identity number has %(figures)s figures and not 18. Compare it with the identity card."),
    "identity_too_long": _("The identity number has %(figures)s figures and not 18. Compare it with the identity card."),
    "identity_other_document": _("This is the number of another document. Write the 18 figures of the identity card."),
    "identity_signs": _("The identity number has signs that none has. Compare it with the identity card."),
    "identity_birth_date": _("The date of birth in the identity number does not exist. Compare it with the identity card."),
    "identity_checksum": _(
        "The identity number does not agree with its last sign, so one of its figures is wrong. Compare it with the "
        "identity card."),
    "identity_area_unknown": _(
        "No county had the code with which the identity number begins. Compare it with the identity card."),
    "identity_ends_in_noughts": _(
        "The identity number ends in three noughts. Where the spreadsheet has made these, type the number again as text."),
    "identity_zeros_added": _("Noughts that the spreadsheet had left out were put before the last four figures."),
    "phone_is_a_date": _("Where the telephone should be there is a date. It was left out."),
    "phone_digits_lost": _(
        "The spreadsheet has lost figures of the telephone number. It was left out; type it again as text."),
    "phone_signs": _("“%(value)s” under “%(column)s” is no telephone number. It was left out."),
    "phone_too_short": _("The telephone number %(value)s has too few figures. Ask for the right one."),
    "phone_too_long": _("The telephone number %(value)s has too many figures. Ask for the right one."),
    "phone_no_area": _("The telephone number %(value)s lacks its area code."),
    "phone_unknown": _("No network has the telephone number %(value)s. Ask for the right one."),
    "phone_is_identity": _(
        "Under “%(column)s” stands what looks like an identity number. It was left out; write the telephone there."),
    "phone_second": _("There are several telephone numbers; the first one was taken."),
    "date_unreadable": _("“%(value)s” under “%(column)s” is no date. It was left out."),
    "date_impossible": _("“%(value)s” under “%(column)s” is a day that does not exist. It was left out."),
    "date_ambiguous": _("“%(value)s” under “%(column)s” may be two days. Write year, month, day. It was left out."),
    "date_several": _("“%(value)s” under “%(column)s” are several days. Write the first. It was left out."),
    "name_has_digits": _("“%(value)s” under “%(column)s” has figures in it. Write the name as on the identity card."),
    "name_signs": _("“%(value)s” under “%(column)s” has signs that no name has. Write the name as on the identity card."),
    "name_too_short": _("“%(value)s” under “%(column)s” is a single sign. Write the whole name."),
    "name_too_long": _("“%(value)s” under “%(column)s” is longer than 20 signs. Write the name as on the identity card."),
    "yes_unreadable": _("“%(value)s” under “%(column)s” is neither yes nor no. It was left out."),
    "number_unreadable": _("“%(value)s” under “%(column)s” is no figure. It was left out."),
}


def as_remarks(codes: Iterable[str], weight: Weight, prefix: str = "") -> dict[str, Remark]:
    return {prefix + code: Remark(SENTENCES[code], weight) for code in codes}
