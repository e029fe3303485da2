"""What staff may decide of one person: choices taken from the plan that is shown, or anything by its number."""
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models import Assignment, Pin, Plan
from dispatch.queries.access import Sight, postings_visible_to, trips_visible_to
from dispatch.queries.people import Leg
from dispatch.queries.pins import posting_in_words, trip_in_words
from workers.models import Registration

Kind = Pin.Kind


class PinForm(forms.Form):
    """`decided` is what is to be pinned, once the form is valid."""

    what = forms.ChoiceField(
        label=gettext_lazy("What is decided"), widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": gettext_lazy("Choose what is decided."),
            "invalid_choice": gettext_lazy("The plan says something else of this person by now. Choose anew."),
        },
    )
    ref = forms.CharField(label=gettext_lazy("Number of the posting or trip, where it is asked for"), required=False,
                          max_length=40, strip=True, widget=forms.TextInput(attrs={"class": "form-control"}))
    reason = forms.CharField(
        label=gettext_lazy("Why, for the record"), max_length=400, strip=True,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={
            "required": gettext_lazy("Say in 1 to 400 characters why: it stays on record."),
            "max_length": gettext_lazy("Say in 1 to 400 characters why: it stays on record."),
        },
    )

    def __init__(self, data: Any = None, *, sight: Sight, person: Registration, plan: Plan | None,
                 assignment: Assignment | None, legs: list[Leg]) -> None:
        super().__init__(data)
        self.sight, self.person = sight, person
        self.decided: dict[str, Any] = {}
        self.values: dict[str, dict[str, Any]] = {}
        groups = [self._as_planned(plan, assignment, legs)] if plan and assignment else []
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [("", _("Choose")), *groups, *self._kept_for(assignment), self._otherwise()]

    def _choice(self, name: str, words: str, kind: str, **value: Any) -> tuple[str, str]:
        self.values[name] = {"kind": kind, **value}
        return name, words

    def _as_planned(self, plan: Plan, assignment: Assignment, legs: list[Leg]) -> tuple[str, list[tuple[str, str]]]:
        posting, job = assignment.posting, {"job": posting_in_words(assignment.posting)}
        way = ", ".join(leg.trip.ref for leg in legs) or _("no seat needed")
        found = [
            self._choice(f"assignment:{plan.pk}", _("Keep job and journey: %(job)s; %(way)s") % {**job, "way": way},
                         Kind.ASSIGNMENT, assignment=assignment),
            self._choice(f"job:{posting.pk}", _("Keep this job: %(job)s") % job, Kind.JOB, posting=posting),
            self._choice(f"not-job:{posting.pk}", _("Never this job: %(job)s") % job, Kind.NOT_JOB, posting=posting),
        ]
        for leg in legs:
            trip = leg.trip
            said = {"trip": trip_in_words(trip)}
            found += [
                self._choice(f"trip:{trip.pk}", _("Ride this trip: %(trip)s") % said, Kind.TRIP, trip=trip),
                self._choice(f"not-trip:{trip.pk}", _("Never this trip: %(trip)s") % said, Kind.NOT_TRIP, trip=trip),
            ]
        return _("As plan %(n)s has it") % {"n": plan.number}, found

    def _kept_for(self, assignment: Assignment | None) -> list[tuple[str, str]]:
        """The post kept for a returning employee, where the plan gives another one or none."""
        kept = getattr(self.person, "reserved_post", None)
        if kept is None or (assignment and assignment.posting_id == kept.posting_id):
            return []
        words = _("The post kept for this person: %(job)s") % {"job": posting_in_words(kept.posting)}
        return [self._choice(f"job:{kept.posting_id}", words, Kind.JOB, posting=kept.posting)]

    def _otherwise(self) -> tuple[str, list[tuple[str, str]]]:
        return _("Otherwise"), [
            self._choice("out", _("Hold out: no place until this is lifted"), Kind.OUT),
            self._choice("job", _("A job, by its number"), Kind.JOB),
            self._choice("trip", _("A trip, by its number"), Kind.TRIP),
            self._choice("not-job", _("Never a job, by its number"), Kind.NOT_JOB),
            self._choice("not-trip", _("Never a trip, by its number"), Kind.NOT_TRIP),
        ]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if self.errors:
            return asked
        self.decided = dict(self.values[asked["what"]])
        if asked["what"] in (Kind.JOB, Kind.NOT_JOB):
            self.decided["posting"] = self._called(postings_visible_to(self.sight), asked["ref"])
        elif asked["what"] in (Kind.TRIP, Kind.NOT_TRIP):
            self.decided["trip"] = self._called(trips_visible_to(self.sight), asked["ref"])
        return asked

    def _called(self, seen: Any, ref: str) -> Any:
        found = seen.filter(ref=ref).first() if ref else None
        if not ref:
            self.add_error("ref", _("Type the number of the posting or trip, as its lists have it."))
        elif found is None:
            self.add_error("ref", _("This campaign has none with the number %(ref)s. Look at its list.") % {"ref": ref})
        return found
