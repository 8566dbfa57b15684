-- How bench/assessment.py makes a month of %(people)s operators and %(cases)s cases. Each part is timed by its name.

-- part: people
INSERT INTO people_unit (centre_id, parent_id, kind, code, name, name_key, is_active)
SELECT %(centre)s, %(root)s, 'team', 'T' || i, 'team ' || i, 'team' || lpad(i::text, 3, '0'), true
FROM generate_series(0, (%(people)s - 1) / 13) i;
INSERT INTO people_person (password, centre_id, username, number, name, name_key, phone, is_active, is_system, language,
                           theme)
SELECT '!', %(centre)s, 'bench' || i, lpad(i::text, 5, '0'), 'operator ' || i, lpad(i::text, 5, '0'), '', true, false,
       'zh-hans', 'auto' FROM generate_series(1, %(people)s) i;
CREATE TEMP TABLE staff AS
SELECT p.id, substr(p.username, 6)::int AS i, u.id AS unit FROM people_person p
JOIN people_unit u ON u.centre_id = %(centre)s AND u.code = 'T' || (substr(p.username, 6)::int - 1) / 13
WHERE p.username LIKE 'bench%%';
INSERT INTO people_post (person_id, position, unit_id, days, is_primary)
SELECT id, 'operator', unit, '[2024-01-01,)', true FROM staff;

-- part: shifts
-- Five shifts a week by turns; every third operator has the late one, and each shift its break.
CREATE TEMP TABLE turns AS
SELECT s.id AS person, s.i, d::date AS day, s.i %% 3 = 0 AS is_late,
       (d::date + CASE WHEN s.i %% 3 = 0 THEN time '09:30' ELSE time '08:30' END) AT TIME ZONE 'Asia/Shanghai' AS began,
       (d::date + CASE WHEN s.i %% 3 = 0 THEN time '22:00' ELSE time '17:30' END) AT TIME ZONE 'Asia/Shanghai' AS ended,
       (d::date + time '12:00') AT TIME ZONE 'Asia/Shanghai' AS rest_began,
       (d::date + CASE WHEN s.i %% 3 = 0 THEN time '14:00' ELSE time '13:00' END) AT TIME ZONE 'Asia/Shanghai'
           AS rest_ended,
       row_number() OVER (PARTITION BY s.id ORDER BY d) - 1 AS n, random() AS pick
FROM staff s, generate_series(%(month)s::timestamp, %(last)s::timestamp, '1 day') d
WHERE (extract(day FROM d)::int + s.i) %% 7 < 5;
INSERT INTO rosters_rosterentry (person_id, shift_type_id, day, span, note)
SELECT person, (SELECT min(id) FROM rosters_shifttype WHERE centre_id = %(centre)s), day, tstzrange(began, ended), ''
FROM turns;
INSERT INTO rosters_rosterbreak (entry_id, span)
SELECT e.id, tstzrange(t.rest_began, t.rest_ended) FROM rosters_rosterentry e
JOIN turns t ON t.person = e.person_id AND t.day = e.day;

-- part: leave
-- Every tenth operator is ill for his second and third shift, every twentieth away for his fifth.
CREATE TEMP TABLE away AS
SELECT person, i, day, began, ended, CASE WHEN i %% 10 = 0 THEN 'sick' ELSE 'personal' END AS kind,
       CASE WHEN i %% 10 = 0 THEN i ELSE 100000 + i END AS ref
FROM turns WHERE (i %% 10 = 0 AND n IN (1, 2)) OR (i %% 20 = 7 AND n = 4);
INSERT INTO rosters_absence (person_id, kind, ref, span, is_planned)
SELECT person, kind, row_number() OVER (ORDER BY person, day), tstzrange(began, ended), false FROM away;
INSERT INTO leave_spell (person_id, kind, is_exempt, exempted_why)
SELECT person, min(kind), false, '' FROM away GROUP BY person;
INSERT INTO leave_leave (person_id, kind, first, last, from_middle, to_middle, halves, half_days, shifts, reason,
    is_late, is_beside, spell_id, asked_at, asked_by_id, status, status_at, status_by_id, status_note)
SELECT a.person, min(a.kind), min(a.day), max(a.day), false, false,
       int8range(2 * (min(a.day) - date '2000-01-01'), 2 * (max(a.day) - date '2000-01-01') + 2), 2 * count(*), count(*),
       '', false, false, min(s.id), min(a.began), a.person, 'granted', min(a.began), %(program)s, ''
FROM away a JOIN leave_spell s ON s.person_id = a.person GROUP BY a.person;
INSERT INTO leave_leaveday (leave_id, day, half_days, is_shift, is_presumed)
SELECT l.id, a.day, 2, true, false FROM away a JOIN leave_leave l ON l.person_id = a.person;

-- part: attendance
INSERT INTO attendance_attendancefact (person_id, day, span, shift, number, is_current, source, state, late_s, early_s,
    is_logged, over_limit, reasons, facts, digest, rule_version, made_at, made_by_id)
SELECT t.person, t.day, tstzrange(t.began, t.ended), 'early', 1, true, 'derived',
       CASE WHEN a.person IS NOT NULL THEN 'leave' WHEN t.pick < .03 THEN 'late' ELSE 'present' END,
       CASE WHEN a.person IS NULL AND t.pick < .03 THEN 301 + (t.pick * 100000)::int ELSE 0 END,
       CASE WHEN a.person IS NULL AND t.pick > .99 THEN 600 ELSE 0 END, false, '[]', '[]',
       jsonb_build_object('start', t.began, 'end', t.ended,
           'breaks', jsonb_build_array(jsonb_build_array(t.rest_began, t.rest_ended)),
           'leave', CASE WHEN a.person IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object(
               'kind', a.kind, 'absence', a.ref, 'from', t.began, 'to', t.ended)) END),
       repeat('0', 64), 'D2.2 2020-01-01', t.ended, %(program)s
FROM turns t LEFT JOIN away a ON a.person = t.person AND a.day = t.day;
INSERT INTO appraisal_examresult (person_id, month, score, absent, paper, recorded_by_id, recorded_at)
SELECT id, %(month)s, 60 + (i * 37) %% 41, '', 'the month''s paper', %(program)s, %(month)s::timestamptz FROM staff;

-- part: cases
CREATE TEMP TABLE shift_of AS
SELECT i, array_agg(began ORDER BY n) AS began, array_agg(ended - began ORDER BY n) AS length, min(person) AS person
FROM turns GROUP BY i;
CREATE TEMP TABLE made AS
SELECT c, one.person AS person, one.began[a] + one.length[a] * random() AS arrived, random() AS pick, random() AS slow,
       two.person AS closer, two.began[b] + two.length[b] * random() AS closing,
       interval '1 second' * (20 + 260 * random()) AS taken, interval '1 second' * (20 + 260 * random()) AS closed
FROM generate_series(1, %(cases)s) c
JOIN shift_of one ON one.i = 1 + (c - 1) %% %(people)s
JOIN shift_of two ON two.i = 1 + ((c - 1)::bigint * 7 + 3) %% %(people)s,
     LATERAL (SELECT 1 + (random() * 1000)::int %% cardinality(one.began) AS a,
                     1 + (random() * 1000)::int %% cardinality(two.began) AS b, c AS again) x;
INSERT INTO cases_case (id, centre_id, number, source, external_id, version, status, status_at, status_by_id,
    status_note, is_secret, description, is_urgent, place, datum, first_owner_id, operator_id, department_id, arrived_at,
    changed_at, filed_at, dispatched_at, due_at, feedback_at, ended_at, closing_answer, rework_count, send_back_count,
    reopen_count, postponed_count, part_count)
OVERRIDING SYSTEM VALUE
SELECT c, %(centre)s, to_char(arrived AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-' || lpad(c::text, 7, '0'), 'phone',
       '', 12, 'closed', arrived + interval '40 hours', closer, '', false,
       'A manhole cover at the crossing is loose and rattles, please see to it', false, 'the crossing of two roads',
       'wgs84', person, person, %(root)s, arrived, arrived + interval '40 hours', arrived + interval '4 minutes',
       arrived + interval '5 minutes', arrived + interval '48 hours', arrived + interval '20 hours',
       arrived + interval '40 hours', 'mended', 0, 0, 0, 0, 0
FROM made;

-- part: holdings
-- Whoever took it in, the department, whoever closed it: one holding in two hundred lasts too long.
INSERT INTO cases_holding (case_id, person_id, queue, stage, span, began_seq, ended_seq)
SELECT c, person, '', 'acceptance',
       tstzrange(arrived, arrived + taken + CASE WHEN slow < .005 THEN interval '8 minutes' * (.5 + pick) ELSE '0' END),
       1, 4 FROM made;
INSERT INTO cases_holding (case_id, unit_id, queue, stage, span, began_seq, ended_seq)
SELECT c, %(root)s, '', 'handling', tstzrange(arrived + interval '1 hour', arrived + interval '20 hours'), 4, 7 FROM made;
INSERT INTO cases_holding (case_id, person_id, queue, stage, span, began_seq, ended_seq)
SELECT c, closer, '', 'closing', tstzrange(closing, closing + closed), 8, 12 FROM made;

-- part: reviews
INSERT INTO quality_plan (centre_id, days, size_by, filed, rejected, dispatched, note, seed, frame_hash, population,
                          drawn, made_by_id, made_at)
SELECT %(centre)s, daterange(%(month)s, %(last)s, '[]'), 'count', 40, 0, 0, '', 'bench', repeat('0', 64), %(cases)s,
       40 * %(people)s, %(program)s, now();
INSERT INTO quality_stratum (plan_id, person_id, decision, month, population, drawn)
SELECT (SELECT max(id) FROM quality_plan), id, 'filed', %(month)s, %(cases)s / %(people)s, 40 FROM staff;
INSERT INTO quality_review (centre_id, way, plan_id, place, case_id, handler_id, decision, event_id, decided_at, month,
    reason, asked_by_id, asked_at, reviewer_id, taken_at, cause, words, found_at, status, status_at, status_by_id,
    status_note)
SELECT %(centre)s, 'sample', (SELECT max(id) FROM quality_plan), k, s.i + k * %(people)s, s.id, 'filed', 1, now(),
       %(month)s, '', %(program)s, now(), %(program)s, now(), CASE WHEN x.wrong THEN 'wrong_category' ELSE '' END,
       CASE WHEN x.wrong THEN 'another category' ELSE '' END, now(), CASE WHEN x.wrong THEN 'wrong' ELSE 'correct' END,
       now(), %(program)s, ''
FROM staff s, generate_series(0, 39) k, LATERAL (SELECT random() < .03 AS wrong, s.i + k AS again) x;
