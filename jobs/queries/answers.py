"""What was decided where lists and people disagree, in a few words for whoever reads it later."""
from datetime import date, datetime

from django.utils.translation import gettext as _

from laborbridge.web.words import day, when

from ..models import Employer, Question, ReturningEmployee


def said(question: Question) -> str:
    """The decision of a settled question, in the reader's language."""
    detail = question.answer_detail
    match question.answer:
        case "firm":
            firm = Employer.objects.filter(pk=detail["employer"]).values_list("name", flat=True).first()
            return _("goes back to %(firm)s") % {"firm": firm or "–"}
        case "wait":
            return _("the employer waits until %(when)s") % {"when": when(datetime.fromisoformat(detail["start_by"]))}
        case "earlier":
            return _("the person is ready from %(when)s") % {"when": when(datetime.fromisoformat(detail["ready_at"]))}
        case "let_go":
            return _("the post is let go")
        case "open":
            return _("the post is open to others")
        case "another":
            named = ReturningEmployee.objects.filter(pk=detail["employee"]).values_list("name", flat=True).first()
            return _("the post is kept for %(name)s") % {"name": named or "–"}
        case "keep":
            return _("the post is kept until %(day)s") % {"day": day(date.fromisoformat(detail["until"]))}
    return question.answer
