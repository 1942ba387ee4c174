"""The settings of the college, in sections; each is a form over the college's settings.

A hint says what a setting does and from when a change of it counts.
"""

from recovery_college.desks.forms.settings.courses import Coming, Enrolling, Feedback, Pairs
from recovery_college.desks.forms.settings.office import Days, Figures, Keeping, Office, Saying
from recovery_college.desks.forms.settings.section import Section

SECTIONS: dict[str, type[Section]] = {
    each.slug: each
    for each in (Office, Saying, Enrolling, Pairs, Coming, Feedback, Days, Figures, Keeping)
}
