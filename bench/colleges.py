"""What colleges write down in ten years: for each kind of row the SQL that makes it up."""

# One row a line of what a college writes down; who came and who taught goes round in hundreds.
STEPS = {
    "terms": """
INSERT INTO term (id, name, slug, starts_on, ends_on, public_at, enrolment_opens_at)
SELECT n, 'Term ' || n, 'term-' || n, d, d + 80, d, d FROM generate_series(1, :terms) AS n,
LATERAL (SELECT date '2016-09-12' + (n - 1) * 121 AS d) AS at""",
    "strands": """
INSERT INTO strand (id, name, slug, look, position)
SELECT n, 'Strand ' || n, 'strand-' || n, 'wave', n FROM generate_series(1, 6) AS n""",
    "courses": """
INSERT INTO course (id, title, slug, strand_id, state, mode, summary, description, learn, suits,
session_like, content_note, bring, first_session_needed, first_course_needed, search_title,
search_text, search_near)
SELECT n, 'Course ' || n, 'course-' || n, n % 6 + 1, 'published', 'in_person', '', '', '', '', '',
'', '', false, false, '', '', '' FROM generate_series(1, :courses) AS n""",
    "venues": """
INSERT INTO venue (id, name, slug, online, address, getting_there, buses, parking, toilets,
door_photo_words) SELECT n, 'Venue ' || n, 'venue-' || n, false, '', '', '', '', '', ''
FROM generate_series(1, :venues) AS n""",
    "rooms": """
INSERT INTO room (id, venue_id, name, exclusive, outside)
SELECT n, n, 'Room', false, false FROM generate_series(1, :venues) AS n""",
    "people": """
INSERT INTO person (id, name, called, pronouns, phone, address, contact_by, contact_when, discreet,
neutral, invites, needs, needs_shared, emergency_contact, earlier, search, made_at, active_at)
SELECT n, 'Person ' || n, '', '', '', '', 'email', '', true, false, 'week',
CASE n % 10 WHEN 0 THEN 'A ground floor' ELSE '' END, n % 10 = 0, '', '', '', now(), now()
FROM generate_series(1, :students + :tutors) AS n""",
    "tutors": """
INSERT INTO tutor (id, person_id, role, gap_minutes, no_evenings, prepare_minutes, debrief_minutes,
shown_as) SELECT n, :students + n, '', 0, false, 0, 0, 'not_named'
FROM generate_series(1, :tutors) AS n""",
    "runs": """
INSERT INTO run (id, course_id, term_id, capacity, mode, state, visibility, link_key, drop_in,
joins_late, starts_at, ends_at, weekday, part, regular, session_count, venue_id)
SELECT n, n % :courses + 1, t, 16, CASE n % 10 WHEN 0 THEN 'online' ELSE 'in_person' END,
'published', 'public', 'key-' || n, false, false, s, s + interval '28 days 2 hours', n % 5,
(ARRAY['morning', 'afternoon', 'evening'])[n % 3 + 1], true, :sessions, n % :venues + 1
FROM generate_series(1, :runs) AS n, LATERAL (SELECT (n - 1) * :terms / :runs + 1 AS t) AS term,
LATERAL (SELECT (date '2016-09-12' + (t - 1) * 121 + n % 5 + time '10:00') AT TIME ZONE
'Europe/London' AS s) AS at""",
    "pools": """
INSERT INTO pool (id, run_id, kind, name, capacity, held)
SELECT n, n, CASE n % 10 WHEN 0 THEN 'link' ELSE 'room' END, '', 16, 12
FROM generate_series(1, :runs) AS n""",
    "sessions": """
INSERT INTO session (id, run_id, kind, number, starts_at, ends_at, room_id, room_exclusive, link,
state, live, paired, alone_reason, alone_words, cancel_reason, taken)
SELECT (r.id - 1) * :sessions + k, r.id, 'teaching', k, s, s + interval '2 hours', r.venue_id,
false, '', CASE (r.id + k) % 33 WHEN 0 THEN 'cancelled' ELSE 'planned' END, (r.id + k) % 33 <> 0,
(r.id + k) % 14 <> 0, '', '', '', (r.id + k) % 25 <> 0
FROM run AS r, generate_series(1, :sessions) AS k,
LATERAL (SELECT r.starts_at + (k - 1) * interval '7 days' AS s) AS at""",
    "places": """
INSERT INTO enrolment (id, uid, person_id, run_id, pool_id, state, supporter, with_supporter,
requested_at, lot, came_by, behind, held_from, offered_at, ended_at)
SELECT n, 'uid-' || n, n::bigint * 7919 % :students + 1, r.id, r.id,
became, 'none', false, at, 0, 'online', false, CASE WHEN became <> 'expired' THEN at END,
CASE WHEN n % 9 = 0 THEN at END, CASE WHEN became <> 'completed' THEN at + interval '9 days' END
FROM generate_series(1, :places) AS n
JOIN run AS r ON r.id = (n - 1)::bigint * :runs / :places + 1, LATERAL (SELECT
CASE n % 12 WHEN 0 THEN 'given_up' WHEN 1 THEN 'expired' ELSE 'completed' END AS became,
r.starts_at - interval '20 days' - n % 900 * interval '1 hour' AS at) AS asked""",
    "steps of places": """
INSERT INTO enrolment_step (id, enrolment_id, state, why, at)
SELECT id, id, CASE WHEN state = 'expired' THEN 'waiting' ELSE 'confirmed' END, 'place_free',
requested_at FROM enrolment
UNION ALL SELECT :places + id, id, state, 'gave_up', requested_at + interval '9 days'
FROM enrolment WHERE state IN ('given_up', 'expired')
UNION ALL SELECT 2 * :places + id, id, 'offered', 'place_free', requested_at FROM enrolment
WHERE id % 9 = 0""",
    "needs": """
INSERT INTO adjustment (enrolment_id, state, how, stands, settled_at, agreed, agreed_at)
SELECT e.id, CASE e.id % 13 WHEN 0 THEN 'not_possible' ELSE 'arranged' END, 'A lift', true,
e.requested_at, CASE WHEN e.id / 10 % 2 = 0 THEN true END,
CASE WHEN e.id / 10 % 2 = 0 THEN e.requested_at END
FROM enrolment AS e JOIN person AS p ON p.id = e.person_id
WHERE p.needs_shared AND e.state = 'completed' AND e.id / 10 % 5 <> 0""",
    "why people come": """
INSERT INTO coming_as (person_id, reason) SELECT id, (ARRAY['myself', 'service_user', 'family',
'staff', 'volunteer', 'public'])[(id / 10) % 6 + 1] FROM person
WHERE id % 10 < 7 AND id <= :students""",
    "who people are": """
INSERT INTO equality_answer (person_id, question, answer) SELECT p.id, a.question, a.answers[
(p.id / 10) % cardinality(a.answers) + 1] FROM person AS p, (VALUES
('age', ARRAY['18-24', '25-34', '35-44', '45-54', '55-64', '65-74', '75+']),
('sex', ARRAY['female', 'male']), ('gender', ARRAY['same']),
('ethnic_group', ARRAY['white_british', 'white_other', 'asian_indian', 'black_african', 'arab']),
('religion', ARRAY['none', 'christian', 'muslim']), ('orientation', ARRAY['straight', 'gay']),
('disability', ARRAY['a_lot', 'a_little', 'none']), ('caring', ARRAY['none', 'up_to_19'])
) AS a (question, answers) WHERE p.id % 10 < 3 AND p.id <= :students""",
    "who made courses": """
INSERT INTO contributor (course_id, person_id, side, shown_as)
SELECT c.id, :students + c.id % :tutors + 1, side, 'full_name'
FROM course AS c, (VALUES ('lived'), ('professional')) AS of_pair (side)""",
    "decisions": """
INSERT INTO decision (course_id, decided_on, words) SELECT c.id, t.starts_on, 'Shorter texts'
FROM course AS c JOIN term AS t ON (c.id + t.id) % 10 = 0""",
    "budgets": """
INSERT INTO budget (term_id, pence, words) SELECT id, 1000000000, '' FROM term""",
    "the area": """
INSERT INTO census_figure (question, answer, people) VALUES ('sex', 'female', 30000000),
('sex', 'male', 29000000)""",
    "requests": """
INSERT INTO delivery (id, session_id, tutor_id, side, state, shadowing, starts_at, ends_at, live,
asked_at, answered_at, by_phone, released) SELECT s.id * 2 + k, s.id,
(s.run_id * 2 + k) % :tutors + 1, CASE k WHEN 0 THEN 'lived' ELSE 'professional' END,
CASE WHEN k = 0 AND NOT s.paired THEN 'declined' ELSE 'accepted' END, false, s.starts_at, s.ends_at,
s.live, s.starts_at - interval '60 days', s.starts_at - interval '50 days', false, false
FROM session AS s, generate_series(0, 1) AS k""",
    "searches for cover": """
INSERT INTO cover_call (id, session_id, side, state, opened_at, waves, give_up_at)
SELECT id, id, 'lived', CASE WHEN paired THEN 'filled' ELSE 'given_up' END,
starts_at - interval '9 days', 2, starts_at - interval '1 day' FROM session
WHERE id % 20 = 0 OR NOT paired""",
    "marks": """
INSERT INTO mark (id, session_id, run_id, enrolment_id, state, stands, marked_at, kept_at)
SELECT row_number() OVER (), s.id, s.run_id, e.id, CASE WHEN h < 58 THEN 'present' WHEN h < 63
THEN 'late' WHEN h < 66 THEN 'early' WHEN h < 82 THEN 'told' ELSE 'unheard' END, true, s.ends_at,
s.ends_at FROM session AS s JOIN enrolment AS e ON e.run_id = s.run_id AND e.state = 'completed',
LATERAL (SELECT (s.id % 100 * 37 + e.id % 100 * 61) % 100 AS h) AS hundred
WHERE s.taken AND s.state = 'planned'""",
    "tutors\u2019 marks": """
INSERT INTO tutor_mark (id, session_id, tutor_id, side, state, stands, marked_at, kept_at)
SELECT s.id * 2 + k, s.id, (s.run_id * 2 + k) % :tutors + 1,
CASE k WHEN 0 THEN 'lived' ELSE 'professional' END,
CASE WHEN (s.id * 37 + k) % 100 < 5 THEN 'away' ELSE 'present' END, true, s.ends_at, s.ends_at
FROM session AS s, generate_series(0, 1) AS k WHERE s.taken AND s.state = 'planned'""",
    "tallies": """
INSERT INTO session_tally (session_id, present, late, early, told, unheard, lived, professional,
tutors) SELECT m.session_id, m.p, m.l, m.e, m.t, m.u, w.l, w.p, 2 FROM (SELECT session_id,
count(*) FILTER (WHERE state = 'present') AS p, count(*) FILTER (WHERE state = 'late') AS l,
count(*) FILTER (WHERE state = 'early') AS e, count(*) FILTER (WHERE state = 'told') AS t,
count(*) FILTER (WHERE state = 'unheard') AS u FROM mark GROUP BY session_id) AS m
JOIN (SELECT session_id, count(*) FILTER (WHERE side = 'lived' AND state <> 'away') AS l,
count(*) FILTER (WHERE side = 'professional' AND state <> 'away') AS p FROM tutor_mark
GROUP BY session_id) AS w ON w.session_id = m.session_id""",
}
