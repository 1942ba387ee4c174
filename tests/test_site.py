"""What holds on every page there is. A new page takes its place in `PAGES`, and that is all."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
import time_machine
from flask import Flask, request_finished
from sqlalchemy import text
from werkzeug.test import TestResponse

from recovery_college.accounts.rules import Role
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.scheduling.models import Venue
from tests.conftest import Browse, counted
from tests.factories import FIRST, NOW, make_message, make_person, make_room, make_run
from tests.markup import Markup
from tests.small_college import make_small_college

Pair = tuple[str | bytes, str | bytes]
ANYONE, SIGNED_IN, TUTOR, DESK, MANAGER = "anyone", "signed in", "tutor", "desk", "manager"
# An address never goes: when a page does, another takes its row and redirects.
PAGES = {
    "attendance.from_paper": (
        "/office/sessions/<int:session_id>/register/quick",
        "GET POST",
        DESK,
    ),
    "attendance.office_one_taught": (
        "/office/sessions/<int:session_id>/register/alone",
        "POST",
        DESK,
    ),
    "attendance.office_register": ("/office/sessions/<int:session_id>/register", "GET POST", DESK),
    "attendance.office_stand_in": (
        "/office/sessions/<int:session_id>/register/stand-in",
        "POST",
        DESK,
    ),
    "attendance.office_welcome": (
        "/office/sessions/<int:session_id>/register/welcome",
        "POST",
        DESK,
    ),
    "attendance.one_taught": ("/tutor/sessions/<int:session_id>/register/alone", "POST", SIGNED_IN),
    "attendance.register": ("/tutor/sessions/<int:session_id>/register", "GET POST", SIGNED_IN),
    "attendance.stand_in": (
        "/tutor/sessions/<int:session_id>/register/stand-in",
        "POST",
        SIGNED_IN,
    ),
    "attendance.welcome": ("/tutor/sessions/<int:session_id>/register/welcome", "POST", SIGNED_IN),
    "no_signal.carried": ("/tutor/registers.json", "GET", SIGNED_IN),
    "no_signal.manifest": ("/tutor/app.webmanifest", "GET", "anyone"),
    "no_signal.sent": ("/tutor/registers.json", "POST", SIGNED_IN),
    "no_signal.shell": ("/tutor/offline", "GET", "anyone"),
    "no_signal.worker": ("/tutor/worker.js", "GET", "anyone"),
    "calendars.feed": ("/calendar/<key>.ics", "GET", "with the key alone"),
    "calendars.my_calendar": ("/my/calendar", "GET POST", SIGNED_IN),
    "calendars.my_invites": ("/my/calendar/invites", "GET POST", SIGNED_IN),
    "calendars.remove_device": ("/my/calendar/<int:feed_key_id>/remove", "POST", SIGNED_IN),
    "calendars.replace_key": ("/my/calendar/<int:feed_key_id>/replace", "POST", SIGNED_IN),
    "desks.all_dates": ("/enrolments/<int:enrolment_id>/dates.ics", "GET", SIGNED_IN),
    "desks.contact": ("/office/contacts/<int:contact_id>", "GET", DESK),
    "desks.checking_they_are_ok": (
        "/office/sessions/<int:session_id>/checking",
        "GET POST",
        DESK,
    ),
    "desks.contact_tried": ("/office/contacts/<int:contact_id>/tried", "POST", DESK),
    "desks.leave_be": ("/office/contacts/<int:contact_id>/leave", "POST", DESK),
    "desks.contact_done": ("/office/contacts/<int:contact_id>/done", "POST", DESK),
    "desks.contacts": ("/office/contacts", "GET", DESK),
    "desks.letter_pdf": ("/office/contacts/<int:contact_id>/letter.pdf", "GET", DESK),
    "desks.letters_pdf": ("/office/contacts/letters.pdf", "GET", DESK),
    "desks.certificate": ("/certificates/<code>", "GET", "with the key"),
    "desks.make_certificate": ("/my/certificates/runs/<int:run_id>", "POST", SIGNED_IN),
    "desks.my_certificate": ("/my/certificates/<int:certificate_id>", "GET POST", SIGNED_IN),
    "desks.my_certificate_pdf": ("/my/certificates/<int:certificate_id>.pdf", "GET", SIGNED_IN),
    "desks.my_certificates": ("/my/certificates", "GET", SIGNED_IN),
    "desks.run_certificates": ("/office/runs/<int:run_id>/certificates", "GET POST", DESK),
    "desks.run_certificates_pdf": ("/office/runs/<int:run_id>/certificates.pdf", "GET", DESK),
    "desks.term_certificates": ("/office/terms/<int:term_id>/certificates", "GET POST", DESK),
    "desks.term_certificates_pdf": ("/office/terms/<int:term_id>/certificates.pdf", "GET", DESK),
    "desks.cancel_run": ("/office/runs/<int:run_id>/cancel", "GET POST", DESK),
    "desks.can_come": ("/sessions/<int:session_id>/can-come", "POST", SIGNED_IN),
    "desks.can_come_by_key": ("/cannot-come/<key>/after-all", "POST", "with the key"),
    "desks.cannot_come": ("/sessions/<int:session_id>/cannot-come", "POST", SIGNED_IN),
    "desks.cannot_come_by_key": ("/cannot-come/<key>", "POST", "with the key"),
    "desks.coming_or_not": ("/sessions/<int:session_id>/cannot-come", "GET", SIGNED_IN),
    "desks.coming_or_not_by_key": ("/cannot-come/<key>", "GET", "with the key"),
    "desks.enrol_for_them": (
        "/office/runs/<int:run_id>/enrol/<int:person_id>",
        "GET POST",
        DESK,
    ),
    "desks.enrolment": ("/office/enrolments/<int:enrolment_id>", "GET POST", DESK),
    "desks.say_how_it_was": ("/feedback/<key>", "GET POST", "with the key"),
    "desks.thanked": ("/feedback/thanks", "GET", ANYONE),
    "desks.say_signed_in": ("/enrolments/<int:enrolment_id>/feedback", "GET POST", SIGNED_IN),
    "desks.feedback_of_runs": ("/office/feedback", "GET", DESK),
    "desks.run_feedback": ("/office/runs/<int:run_id>/feedback", "GET", DESK),
    "desks.type_in_feedback": ("/office/runs/<int:run_id>/feedback/new", "GET POST", DESK),
    "desks.feedback_paper": ("/office/runs/<int:run_id>/feedback/paper.pdf", "GET", DESK),
    "desks.tutor_feedback": ("/tutor/runs/<int:run_id>/feedback", "GET", TUTOR),
    "desks.tutor_feedback_paper": ("/tutor/runs/<int:run_id>/feedback/paper.pdf", "GET", TUTOR),
    "desks.find_run": ("/office/people/<int:person_id>/enrol", "GET", DESK),
    "desks.find_student": ("/office/runs/<int:run_id>/enrol", "GET", DESK),
    "desks.give_up_for_them": ("/office/enrolments/<int:enrolment_id>/give-up", "POST", DESK),
    "desks.not_today": ("/office/sessions/<int:session_id>/off", "GET POST", DESK),
    "desks.who_knows": ("/office/sessions/<int:session_id>/today", "GET", DESK),
    "desks.told_in_person": (
        "/office/sessions/<int:session_id>/today/<int:enrolment_id>",
        "POST",
        DESK,
    ),
    "desks.cover_for": ("/office/requests/<int:delivery_id>/cover", "POST", DESK),
    "desks.heard": ("/heard/<key>", "GET POST", "with the key"),
    "desks.link_places": ("/office/runs/<int:run_id>/links", "GET POST", DESK),
    "desks.not_reached": ("/office/enrolments/<int:enrolment_id>/not-reached", "POST", DESK),
    "desks.release_places": (
        "/office/runs/<int:run_id>/pools/<int:pool_id>/release",
        "POST",
        DESK,
    ),
    "desks.run_places": ("/office/runs/<int:run_id>/places", "GET", DESK),
    "desks.set_aside": ("/office/runs/<int:run_id>/set-aside", "GET POST", DESK),
    "desks.they_said_yes": ("/office/enrolments/<int:enrolment_id>/yes", "POST", DESK),
    "desks.they_take_it": ("/office/enrolments/<int:enrolment_id>/place", "POST", DESK),
    "accounts.authenticator": ("/my/security/authenticator", "GET POST", SIGNED_IN),
    "accounts.back_from_organisation": ("/sign-in/with/organisation/back", "GET", ANYONE),
    "accounts.codes": ("/my/security/codes", "GET POST", SIGNED_IN),
    "accounts.passkey": ("/my/security/passkeys/<int:passkey_id>", "GET POST", SIGNED_IN),
    "accounts.new_passkey": ("/my/security/passkeys", "GET POST", SIGNED_IN),
    "accounts.remove_authenticator": ("/my/security/authenticator/remove", "POST", SIGNED_IN),
    "accounts.remove_passkey": (
        "/my/security/passkeys/<int:passkey_id>/remove",
        "POST",
        SIGNED_IN,
    ),
    "accounts.reset_second_factor": (
        "/office/people/<int:person_id>/reset-second-factor",
        "POST",
        MANAGER,
    ),
    "accounts.second": ("/sign-in/second", "GET POST", "halfway in"),
    "accounts.second_by_paper": ("/sign-in/second/paper", "GET POST", "halfway in"),
    "accounts.second_by_passkey": ("/sign-in/second/passkey", "POST", "halfway in"),
    "accounts.connect": ("/my/security/connect", "GET POST", SIGNED_IN),
    "accounts.disconnect": ("/my/security/disconnect", "POST", SIGNED_IN),
    "accounts.to_organisation": ("/my/security/organisation", "GET", SIGNED_IN),
    "accounts.with_organisation": ("/sign-in/with/organisation", "GET", ANYONE),
    "accounts.agreement": ("/join/agreement", "GET POST", SIGNED_IN),
    "accounts.join": ("/join", "GET POST", ANYONE),
    "accounts.join_helps": ("/join/helps", "GET POST", SIGNED_IN),
    "accounts.join_name": ("/join/name", "GET POST", SIGNED_IN),
    "accounts.join_reach": ("/join/reach", "GET POST", SIGNED_IN),
    "accounts.join_reasons": ("/join/reasons", "GET POST", SIGNED_IN),
    "accounts.joined": ("/join/done", "GET", SIGNED_IN),
    "accounts.my_details": ("/my/details", "GET", SIGNED_IN),
    "accounts.my_email": ("/my/details/email", "GET POST", SIGNED_IN),
    "accounts.my_equality": ("/my/details/equality", "GET POST", SIGNED_IN),
    "accounts.my_helps": ("/my/details/helps", "GET POST", SIGNED_IN),
    "accounts.my_names": ("/my/details/names", "GET POST", SIGNED_IN),
    "accounts.my_reach": ("/my/details/reach", "GET POST", SIGNED_IN),
    "accounts.my_reasons": ("/my/details/reasons", "GET POST", SIGNED_IN),
    "accounts.my_restrict": ("/my/details/restrict", "GET POST", SIGNED_IN),
    "accounts.no_email": ("/my/details/no-email", "POST", SIGNED_IN),
    "accounts.no_equality": ("/my/details/equality/delete", "POST", SIGNED_IN),
    "accounts.old_agreement": ("/office/agreement/<int:version_id>", "GET", MANAGER),
    "accounts.write_agreement": ("/office/agreement", "GET POST", MANAGER),
    "accounts.elsewhere": ("/my/security/elsewhere", "POST", SIGNED_IN),
    "accounts.link": ("/sign-in/link/<key>", "GET POST", ANYONE),
    "accounts.link_sent": ("/sign-in/sent", "GET", ANYONE),
    "accounts.no_password": ("/my/security/no-password", "POST", SIGNED_IN),
    "accounts.password": ("/my/security/password", "GET POST", SIGNED_IN),
    "accounts.security": ("/my/security", "GET", SIGNED_IN),
    "accounts.sign_in": ("/sign-in", "GET POST", ANYONE),
    "accounts.sign_out": ("/sign-out", "POST", ANYONE),
    "accounts.sign_out_there": ("/my/security/visits/<int:visit_id>", "POST", SIGNED_IN),
    "accounts.signed_out": ("/signed-out", "GET", ANYONE),
    "desks.alone": ("/office/sessions/<int:session_id>/alone", "GET POST", DESK),
    "desks.seek_cover": ("/office/sessions/<int:session_id>/cover/<slug:slug>", "POST", DESK),
    "desks.stop_seeking": ("/office/cover/<int:call_id>/stop", "POST", DESK),
    "desks.answer": ("/tutor/answer/<key>", "GET POST", "with the key"),
    "desks.ask_for_run": ("/office/runs/<int:run_id>/ask", "GET POST", DESK),
    "desks.ask_for_session": ("/office/sessions/<int:session_id>/ask", "GET POST", DESK),
    "desks.lead_asks": ("/tutor/runs/<int:run_id>/ask", "GET POST", TUTOR),
    "desks.requests": ("/tutor/requests", "GET POST", TUTOR),
    "desks.stand_down": ("/office/requests/<int:delivery_id>/stand-down", "POST", DESK),
    "desks.step_back": ("/tutor/sessions/<int:session_id>/step-back", "POST", TUTOR),
    "desks.tutor_session": ("/tutor/sessions/<int:session_id>", "GET", TUTOR),
    "desks.propose_times": ("/tutor/sessions/<int:session_id>/times", "GET POST", TUTOR),
    "desks.pick_time": ("/tutor/proposals/<int:proposal_id>/pick", "POST", TUTOR),
    "desks.none_suits": ("/tutor/proposals/<int:proposal_id>/none", "POST", TUTOR),
    "desks.meet": ("/tutor/runs/<int:run_id>/meet", "GET POST", TUTOR),
    "desks.call_off": ("/tutor/sessions/<int:session_id>/call-off", "POST", TUTOR),
    "desks.office_times": ("/office/sessions/<int:session_id>/times", "GET POST", DESK),
    "desks.confirm_time": ("/office/proposals/<int:proposal_id>/confirm", "POST", DESK),
    "desks.they_pick": (
        "/office/proposals/<int:proposal_id>/pick/<int:slot_id>",
        "POST",
        DESK,
    ),
    "desks.leave_as_it_was": ("/office/proposals/<int:proposal_id>/leave", "POST", DESK),
    "desks.they_said_no": ("/office/enrolments/<int:enrolment_id>/no", "POST", DESK),
    "desks.they_accept": ("/office/requests/<int:delivery_id>/accept", "POST", DESK),
    "desks.they_decline": ("/office/requests/<int:delivery_id>/decline", "POST", DESK),
    "desks.they_step_back": ("/office/requests/<int:delivery_id>/step-back", "POST", DESK),
    "desks.drop_message": ("/office/messages/<int:message_id>/drop", "POST", DESK),
    "desks.history": ("/office/history", "GET", MANAGER),
    "desks.live": ("/office/messages/live", "GET POST", MANAGER),
    "desks.message": ("/office/messages/<int:message_id>", "GET", DESK),
    "desks.message_words": ("/office/messages/words", "GET", DESK),
    "desks.messages": ("/office/messages", "GET", DESK),
    "desks.answers": ("/office/messages/answers", "GET", DESK),
    "desks.answer_seen": ("/office/messages/answers/<int:mail_id>/seen", "POST", DESK),
    "accounts.unsent": ("/sign-in/unsent", "POST", ANYONE),
    "desks.my": ("/my", "GET", SIGNED_IN),
    "desks.my_courses": ("/my/courses", "GET", SIGNED_IN),
    "desks.enrol": ("/runs/<int:run_id>/enrol", "GET POST", ANYONE),
    "desks.place": ("/enrolments/<int:enrolment_id>", "GET", SIGNED_IN),
    "desks.accept_offer": ("/enrolments/<int:enrolment_id>/accept", "POST", SIGNED_IN),
    "desks.withdraw": ("/enrolments/<int:enrolment_id>/withdraw", "GET POST", SIGNED_IN),
    "desks.ask_instead": (
        "/enrolments/<int:enrolment_id>/instead/<int:run_id>",
        "POST",
        SIGNED_IN,
    ),
    "desks.offer": ("/offers/<key>", "GET POST", "with the key"),
    "desks.choose_term_to_copy": ("/office/terms/<int:term_id>/copy", "GET", DESK),
    "desks.check_term": ("/office/terms/<int:term_id>/check", "GET", DESK),
    "desks.copy_term": ("/office/terms/<int:term_id>/copy/<int:old_id>", "GET POST", DESK),
    "desks.edit_term": ("/office/terms/<int:term_id>/edit", "GET POST", DESK),
    "desks.hide_door": ("/office/venues/<int:venue_id>/door/hide", "POST", DESK),
    "desks.new_room": ("/office/venues/<int:venue_id>/rooms/new", "GET POST", DESK),
    "desks.new_term": ("/office/terms/new", "GET POST", DESK),
    "desks.new_venue": ("/office/venues/new", "GET POST", DESK),
    "desks.office_door": ("/office/venues/<int:venue_id>/door", "GET POST", DESK),
    "desks.it_is_them": (
        "/office/welcomes/<int:welcome_id>/person/<int:person_id>",
        "POST",
        DESK,
    ),
    "desks.leave_at_count": ("/office/welcomes/<int:welcome_id>/leave", "POST", DESK),
    "desks.registers": ("/office/registers", "GET", DESK),
    "desks.welcomed": ("/office/welcomes/<int:welcome_id>", "GET", DESK),
    "desks.welcomes": ("/office/welcomes", "GET", DESK),
    "desks.remove_room": (
        "/office/venues/<int:venue_id>/rooms/<int:room_id>/remove",
        "POST",
        DESK,
    ),
    "desks.remove_term": ("/office/terms/<int:term_id>/remove", "POST", DESK),
    "desks.remove_venue": ("/office/venues/<int:venue_id>/remove", "POST", DESK),
    "desks.room": ("/office/venues/<int:venue_id>/rooms/<int:room_id>", "GET POST", DESK),
    "desks.term": ("/office/terms/<int:term_id>", "GET", DESK),
    "desks.term_runs": ("/office/terms/<int:term_id>/runs", "GET", DESK),
    "desks.terms": ("/office/terms", "GET", DESK),
    "desks.travel": ("/office/venues/<int:venue_id>/travel", "GET POST", DESK),
    "desks.room_asked": ("/office/sessions/<int:session_id>/room/asked", "POST", DESK),
    "desks.room_confirmed": ("/office/sessions/<int:session_id>/room/confirmed", "POST", DESK),
    "desks.venue": ("/office/venues/<int:venue_id>", "GET POST", DESK),
    "desks.venues": ("/office/venues", "GET", DESK),
    "desks.another_day": ("/office/sessions/<int:session_id>/another-day", "POST", DESK),
    "desks.did_not_happen": (
        "/office/sessions/<int:session_id>/did-not-happen",
        "GET POST",
        DESK,
    ),
    "desks.cancel_session": ("/office/sessions/<int:session_id>/cancel", "POST", DESK),
    "desks.copy_run": ("/office/runs/<int:run_id>/copy", "GET POST", DESK),
    "desks.delete_run": ("/office/runs/<int:run_id>/delete", "POST", DESK),
    "desks.move_run": ("/office/runs/<int:run_id>/move", "GET POST", DESK),
    "desks.new_run": ("/office/runs/new", "GET POST", DESK),
    "desks.new_session": ("/office/runs/<int:run_id>/sessions/new", "GET POST", DESK),
    "desks.what_to_do_now": ("/tutor/what-to-do-now", "GET", "tutor or desk"),
    "desks.pair_notes": ("/tutor/sessions/<int:session_id>/notes", "GET POST", SIGNED_IN),
    "desks.pair_by": ("/office/sessions/<int:session_id>/pair-by", "POST", DESK),
    "desks.promise_pairs": ("/office/runs/<int:run_id>/promise", "POST", DESK),
    "desks.publish_run": ("/office/runs/<int:run_id>/publish", "POST", DESK),
    "desks.remove_session": ("/office/sessions/<int:session_id>/remove", "POST", DESK),
    "desks.run": ("/office/runs/<int:run_id>", "GET POST", DESK),
    "desks.session": ("/office/sessions/<int:session_id>", "GET POST", DESK),
    "desks.unpublish_run": ("/office/runs/<int:run_id>/unpublish", "POST", DESK),
    "desks.new_person": ("/office/people/new", "GET POST", DESK),
    "desks.no_longer_ring_first": (
        "/office/people/<int:person_id>/ring-first/<int:wall_id>/lift",
        "POST",
        MANAGER,
    ),
    "desks.pause": ("/office/messages/pause", "POST", MANAGER),
    "desks.courses_list": ("/office/courses", "GET", DESK),
    "desks.my_need": ("/enrolments/<int:enrolment_id>/need", "GET", SIGNED_IN),
    "desks.need": ("/office/enrolments/<int:enrolment_id>/need", "GET POST", DESK),
    "desks.need_works": ("/enrolments/<int:enrolment_id>/need/yes", "POST", SIGNED_IN),
    "desks.need_works_they_said": (
        "/office/enrolments/<int:enrolment_id>/need/yes",
        "POST",
        DESK,
    ),
    "desks.needs": ("/office/needs", "GET", DESK),
    "desks.talk_again": ("/enrolments/<int:enrolment_id>/need/again", "POST", SIGNED_IN),
    "desks.talk_again_they_said": (
        "/office/enrolments/<int:enrolment_id>/need/again",
        "POST",
        DESK,
    ),
    "desks.new_course": ("/office/courses/new", "GET POST", DESK),
    "desks.office_course": ("/office/courses/<int:course_id>", "GET POST", DESK),
    "desks.publish_course": ("/office/courses/<int:course_id>/publish", "POST", DESK),
    "desks.unpublish_course": ("/office/courses/<int:course_id>/unpublish", "POST", DESK),
    "desks.archive_course": ("/office/courses/<int:course_id>/archive", "POST", DESK),
    "desks.makers": ("/office/courses/<int:course_id>/made-by", "GET", DESK),
    "desks.add_maker": ("/office/courses/<int:course_id>/made-by", "POST", DESK),
    "desks.maker": ("/office/courses/<int:course_id>/made-by/<int:maker_id>", "GET POST", DESK),
    "desks.remove_maker": (
        "/office/courses/<int:course_id>/made-by/<int:maker_id>/remove",
        "POST",
        DESK,
    ),
    "desks.new_decision": ("/office/courses/<int:course_id>/decisions/new", "GET POST", DESK),
    "desks.decision": (
        "/office/courses/<int:course_id>/decisions/<int:decision_id>",
        "GET POST",
        DESK,
    ),
    "desks.remove_decision": (
        "/office/courses/<int:course_id>/decisions/<int:decision_id>/remove",
        "POST",
        DESK,
    ),
    "desks.strands": ("/office/strands", "GET POST", DESK),
    "desks.strand": ("/office/strands/<int:strand_id>", "GET POST", DESK),
    "desks.strand_up": ("/office/strands/<int:strand_id>/up", "POST", DESK),
    "desks.remove_strand": ("/office/strands/<int:strand_id>/remove", "POST", DESK),
    "desks.people_list": ("/office/people", "GET", DESK),
    "desks.person": ("/office/people/<int:person_id>", "GET POST", DESK),
    "desks.ring_first": ("/office/people/<int:person_id>/ring-first", "GET POST", MANAGER),
    "desks.ring_first_again": (
        "/office/people/<int:person_id>/ring-first/<int:wall_id>",
        "GET POST",
        MANAGER,
    ),
    "desks.roles": ("/office/people/<int:person_id>/roles", "GET POST", MANAGER),
    "desks.send_link": ("/office/people/<int:person_id>/link", "POST", DESK),
    "desks.setting_to_default": ("/office/settings/default/<key>", "POST", MANAGER),
    "desks.send_otherwise": (
        "/office/messages/<int:message_id>/otherwise",
        "GET POST",
        DESK,
    ),
    "desks.settings": ("/office/settings", "GET", DESK),
    "desks.settings_section": ("/office/settings/<slug:slug>", "GET POST", MANAGER),
    "desks.today": ("/office", "GET", DESK),
    "desks.try_again": ("/office/messages/<int:message_id>/again", "POST", DESK),
    "desks.tutor": ("/tutor", "GET", TUTOR),
    "desks.tutors": ("/office/tutors", "GET", DESK),
    "desks.become_tutor": ("/office/people/<int:person_id>/tutor", "POST", DESK),
    "desks.office_tutor": ("/office/tutors/<int:tutor_id>", "GET POST", DESK),
    "desks.can_teach": ("/office/tutors/<int:tutor_id>/courses", "POST", DESK),
    "desks.can_teach_no_more": (
        "/office/tutors/<int:tutor_id>/courses/<int:course_id>/remove",
        "POST",
        DESK,
    ),
    "desks.add_training": ("/office/tutors/<int:tutor_id>/training", "POST", DESK),
    "desks.training": (
        "/office/tutors/<int:tutor_id>/training/<int:step_id>",
        "GET POST",
        DESK,
    ),
    "desks.remove_training": (
        "/office/tutors/<int:tutor_id>/training/<int:step_id>/remove",
        "POST",
        DESK,
    ),
    "desks.availability": ("/tutor/availability", "GET POST", TUTOR),
    "desks.window": ("/tutor/availability/windows/<int:window_id>", "GET POST", TUTOR),
    "desks.remove_window": (
        "/tutor/availability/windows/<int:window_id>/remove",
        "POST",
        TUTOR,
    ),
    "desks.add_away": ("/tutor/availability/away", "POST", TUTOR),
    "desks.remove_away": ("/tutor/availability/away/<int:away_id>/remove", "POST", TUTOR),
    "desks.add_calendar": ("/tutor/availability/calendars", "POST", TUTOR),
    "desks.read_calendar": (
        "/tutor/availability/calendars/<int:calendar_id>/read",
        "POST",
        TUTOR,
    ),
    "desks.remove_calendar": (
        "/tutor/availability/calendars/<int:calendar_id>/remove",
        "POST",
        TUTOR,
    ),
    "desks.hours": ("/tutor/hours", "GET POST", TUTOR),
    "desks.confirm_month": ("/tutor/hours/confirm", "POST", TUTOR),
    "desks.entry": ("/tutor/hours/entries/<int:entry_id>", "GET POST", TUTOR),
    "desks.remove_entry": ("/tutor/hours/entries/<int:entry_id>/remove", "POST", TUTOR),
    "desks.mark_released": (
        "/tutor/hours/sessions/<int:delivery_id>/released",
        "POST",
        TUTOR,
    ),
    "desks.mark_paid": ("/tutor/hours/sessions/<int:delivery_id>/paid", "POST", TUTOR),
    "desks.released": ("/tutor/released", "GET", TUTOR),
    "desks.office_hours": ("/office/hours", "GET", MANAGER),
    "desks.sheet": ("/office/hours/<int:sheet_id>", "GET", MANAGER),
    "desks.approve_month": ("/office/hours/<int:sheet_id>/approve", "POST", MANAGER),
    "desks.open_month": ("/office/hours/<int:sheet_id>/open", "POST", MANAGER),
    "desks.hours_csv": ("/office/hours.csv", "POST", MANAGER),
    "desks.hours_xlsx": ("/office/hours.xlsx", "POST", MANAGER),
    "desks.limits": ("/tutor/limits", "GET POST", TUTOR),
    "intake.drop_upload": ("/office/import/<int:upload_id>/drop", "POST", MANAGER),
    "intake.import_page": ("/office/import", "GET POST", MANAGER),
    "intake.monday": ("/office/monday", "GET", DESK),
    "intake.take_upload": ("/office/import/<int:upload_id>/take", "POST", MANAGER),
    "intake.upload": ("/office/import/<int:upload_id>", "GET", MANAGER),
    "operations.healthz": ("/healthz", "GET", ANYONE),
    "operations.readyz": ("/readyz", "GET", ANYONE),
    "operations.metrics": ("/metrics", "GET", ANYONE),
    "privacy.data_page": ("/office/people/<int:person_id>/data", "GET", MANAGER),
    "privacy.delete_me": ("/my/data/delete", "GET POST", SIGNED_IN),
    "privacy.erase": ("/office/people/<int:person_id>/erase", "GET POST", MANAGER),
    "privacy.find_other": ("/office/people/<int:person_id>/merge", "GET", MANAGER),
    "privacy.forgotten": ("/forgotten", "GET", ANYONE),
    "privacy.merge": (
        "/office/people/<int:person_id>/merge/<int:other_id>",
        "GET POST",
        MANAGER,
    ),
    "privacy.my_copy": ("/my/data/<int:copy_id>", "GET", SIGNED_IN),
    "privacy.my_data": ("/my/data", "GET POST", SIGNED_IN),
    "privacy.person_data": ("/office/people/<int:person_id>/data", "POST", MANAGER),
    "privacy.record": ("/office/records/<int:old_id>", "GET", DESK),
    "prospectus.accessibility": ("/accessibility", "GET", ANYONE),
    "prospectus.course": ("/courses/<slug:slug>", "GET", ANYONE),
    "prospectus.courses": ("/courses", "GET", ANYONE),
    "prospectus.dates": ("/courses/<slug:slug>.ics", "GET", ANYONE),
    "prospectus.door": ("/venues/<slug:slug>/door", "GET", ANYONE),
    "prospectus.home": ("/", "GET", ANYONE),
    "prospectus.privacy": ("/privacy", "GET", ANYONE),
    "prospectus.prospectus_pdf": ("/prospectus.pdf", "GET", ANYONE),
    "prospectus.robots": ("/robots.txt", "GET", ANYONE),
    "prospectus.security": ("/security", "GET", ANYONE),
    "prospectus.security_txt": ("/.well-known/security.txt", "GET", ANYONE),
    "prospectus.sitemap": ("/sitemap.xml", "GET", ANYONE),
    "prospectus.talk_now": ("/talk-now", "GET", ANYONE),
    "prospectus.venue": ("/venues/<slug:slug>", "GET", ANYONE),
    "prospectus.venues": ("/venues", "GET", ANYONE),
    "reports.budget": ("/office/reports/budget", "GET POST", MANAGER),
    "reports.census": ("/office/reports/census", "GET POST", MANAGER),
    "reports.index": ("/office/reports", "GET", DESK),
    "reports.make_return": ("/office/reports/return", "GET POST", MANAGER),
    "reports.saved_return": ("/office/reports/returns/<int:return_id>", "GET", MANAGER),
    "reports.saved_return_pdf": ("/office/reports/returns/<int:return_id>.pdf", "GET", MANAGER),
    "reports.report": ("/office/reports/<slug:slug>", "GET", DESK),
    "reports.report_csv": ("/office/reports/<slug:slug>.csv", "GET", DESK),
    "reports.report_pdf": ("/office/reports/<slug:slug>.pdf", "GET", DESK),
    "reports.report_xlsx": ("/office/reports/<slug:slug>.xlsx", "GET", DESK),
    "reports.runs_behind": ("/office/reports/<slug:slug>/runs", "GET", DESK),
    "reports.sessions": ("/office/reports/<slug:slug>/sessions", "GET", DESK),
}
EXAMPLES = (
    "/",
    "/courses",
    "/courses?q=sleping&day=mon",
    "/courses/sleeping-well",
    "/courses/sleeping-well.ics",
    "/venues",
    "/venues/harbour-hall",
    "/sitemap.xml",
)
# A form that is sent carries a token, and that needs a cookie.
WITH_FORMS = re.compile("/join|/sign-in|/runs/[0-9]+/enrol")
PARAMETERS = ("q", "strand", "theme", "venue", "mode", "day", "time", "places", "term", "page")
NONSENSE = {
    "nothing": "",
    "below": "-1",
    "no day": "funday",
    "ten thousand letters": "a" * 10_000,
    "ten thousand words": "ab " * 3_333,
    "SQL": "'; DROP TABLE course; --",
    "a search of the database's": '"sleep" OR NEAR(a b) & !c:*',
    "a zero byte": "a\x00b",
    "half of a pair": b"\xed\xa0\x80",
    "no text": b"\xff\xfe",
    "too big": str(2**63),
    "a power": "\u00b2",
    "markup": "<script>alert(1)</script>",
    "lines": "a\r\nSet-Cookie: b=c",
}
WEIGHT = 100_000  # bytes of a page itself, on a first visit
MOST_STATEMENTS = 6
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE)", re.IGNORECASE)
LOOKS = "SELECT verb, subject FROM audit_entry"
NEVER = re.compile(
    r"\b(patients?|clients?|cases?|referrals?|assessments?|admissions?|discharged?|treatments?"
    r"|therapy|interventions?|compliance|DNA|failed to attend|did not attend|no-show|risks?"
    r"|vulnerable|suffer\w*|illness\w*|symptoms?|diagnos\w+|caseload|service users?)\b",
    re.IGNORECASE,
)
NOT_NEEDED = re.compile(r"\b(no|not|without|need)( be| a)? (referr?\w*|diagnos\w+)", re.IGNORECASE)


class Crawl(NamedTuple):
    """Every address that links lead to from the front page, and what happened meanwhile."""

    answers: dict[str, TestResponse]
    statements: list[str]
    left: list[object]
    before: str
    after: str

    @property
    def pages(self) -> dict[str, Markup]:
        return {
            address: Markup(answer.text)
            for address, answer in self.answers.items()
            if answer.mimetype == "text/html"
        }


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="session")
def crawl(standing_college: Flask) -> Crawl:
    left: list[object] = []

    def look(_sender: object, **_rest: object) -> None:
        session = db.session()
        left.extend([*session.new, *session.dirty, *session.deleted])

    with time_machine.travel(NOW, tick=False), standing_college.app_context():
        before = contents()
        with counted() as statements, request_finished.connected_to(look, standing_college):
            answers = follow_links(standing_college)
        return Crawl(answers, statements, left, before, contents())


def follow_links(app: Flask) -> dict[str, TestResponse]:
    client, answers, waiting = app.test_client(), {}, ["/", "/robots.txt", "/sitemap.xml"]
    while waiting:
        address = waiting.pop()
        answers[address] = answer = client.get(address, buffered=True)
        links = Markup(answer.text).links if answer.mimetype == "text/html" else []
        found = {urlsplit(urljoin(address, link))._replace(fragment="") for link in links if link}
        ours = {link.geturl() for link in found if not link.scheme and not link.netloc}
        waiting += sorted(ours - set(answers) - set(waiting))
    return answers


def contents() -> str:
    """One sum over all rows of all tables."""
    with db.engine.connect() as connection:
        rows = [
            sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for table in db.metadata.sorted_tables
        ]
    return sha256(repr(rows).encode()).hexdigest()


def test_the_pages_there_are_and_who_may_open_them(app: Flask) -> None:
    found = {
        rule.endpoint: (
            rule.rule,
            " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            app.view_functions[rule.endpoint].__dict__.get("open_to"),
        )
        for rule in app.url_map.iter_rules()
    }
    assert found == PAGES


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates()
    assert [app.jinja_env.get_template(name).name for name in names] == names


def test_no_template_holds_a_word_that_the_college_never_uses() -> None:
    found = [
        f"{path.name}:{number} {match.group()}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in NEVER.finditer(NOT_NEEDED.sub("", line))
    ]
    assert found == []


def test_every_link_leads_somewhere(crawl: Crawl) -> None:
    assert [a for a, answer in crawl.answers.items() if answer.status_code != 200] == []
    assert len(crawl.answers) > 20


def test_every_page_says_what_it_is(crawl: Crawl) -> None:
    odd = {
        address: (page.heading, page.title, page.mains, page.lang)
        for address, page in crawl.pages.items()
        if page.words["h1"].count("\n") != 1
        or not page.heading
        or not page.title.startswith(page.heading)
        or page.mains != 1
        or page.lang != "en-GB"
    }
    assert odd == {}


def test_every_page_is_light(crawl: Crawl) -> None:
    assert [address for address in crawl.pages if len(crawl.answers[address].data) > WEIGHT] == []


def test_looking_changes_nothing_and_keeps_nothing(crawl: Crawl) -> None:
    assert crawl.before == crawl.after
    assert [statement for statement in crawl.statements if WRITES.match(statement)] == []
    assert crawl.left == []
    given = {a for a, answer in crawl.answers.items() if "Set-Cookie" in answer.headers}
    assert [address for address in given if not WITH_FORMS.fullmatch(address)] == []


def test_looking_when_signed_in_leaves_nothing_but_the_line_that_says_so(
    app: Flask, browse: Browse
) -> None:
    make_small_college(courses=1)
    ada = make_person("Ada Osei", email="ada@example.org")
    everything = (Role.TUTOR, Role.MANAGER)
    browser = browse(make_person("Olu", *everything, email="olu@example.org"))
    ids = {"person_id": ada.id, "message_id": make_message(ada).id}
    subject = f"person:{ada.id}"
    db.session.remove()
    before = rows_but_of_the_trail()
    with counted() as statements:
        statuses = {address: browser.get(address).status_code for address in gettable(app, ids)}
    writes = {" ".join(each.split()[:3]) for each in statements if WRITES.match(each)}
    assert writes == {"INSERT INTO audit_entry"}
    assert rows_but_of_the_trail() == before
    lines = [tuple(row) for row in db.session.execute(text(LOOKS))]
    assert {(verb, about.split(":")[0]) for verb, about in lines} == {("looked at", "person")}
    assert lines.count(("looked at", subject)) == 1
    assert [address for address, status in statuses.items() if status >= 500] == []
    assert len([status for status in statuses.values() if status == 200]) > 30


def gettable(app: Flask, ids: Mapping[str, int]) -> list[str]:
    """An address of every page, with rows that there are where it wants some."""
    site = app.url_map.bind("localhost")
    return [
        site.build(rule.endpoint, {name: ids.get(name, 1) for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    ]


def rows_but_of_the_trail() -> dict[str, list[str]]:
    return {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(table.select()))
        for table in db.metadata.sorted_tables
        if table.name != "audit_entry"
    }


def test_a_page_asks_the_database_no_oftener_for_thirty_runs_than_for_one(browse: Browse) -> None:
    """And as often, but for courses without dates, which are asked for on the last page alone."""
    sleeping = make_small_college(courses=1)
    few = {address: statements_of(browse, address) for address in EXAMPLES}
    room = make_room(db.session.scalars(db.select(Venue)).first())
    for day in range(30):
        make_run(sleeping, first=FIRST + timedelta(days=day))
        make_run(room=room, first=FIRST + timedelta(days=day))
    many = {address: statements_of(browse, address) for address in EXAMPLES}
    assert many == few | {"/courses": few["/courses"] - 1}
    assert max(few.values()) <= MOST_STATEMENTS


def statements_of(browse: Browse, address: str) -> int:
    with counted() as statements:
        assert browse().get(address).status_code == 200
    return len([each for each in statements if "SAVEPOINT" not in each])


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_in_an_address_is_no_fault_of_ours(
    standing_college: Flask, nonsense: str | bytes
) -> None:
    client = standing_college.test_client()
    every: list[Pair] = [(name, nonsense) for name in PARAMETERS]
    asked: list[list[Pair]] = [
        *([one] for one in every),
        every,
        every[:1] * 2,
        [(nonsense, nonsense)],
    ]
    addresses = [f"{page}?{urlencode(pairs)}" for page in EXAMPLES for pairs in asked]
    addresses += [f"{page.rstrip('/')}/{urlencode([(nonsense, '')])}" for page in EXAMPLES]
    statuses = {address: client.get(address).status_code for address in addresses}
    assert {a[:200]: s for a, s in statuses.items() if s not in (200, 404)} == {}
