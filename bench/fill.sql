-- How bench/fill.py makes a centre of %(n)s cases. Each part is timed by the name that stands above it.

-- part: standard
INSERT INTO cases_category (centre_id, kind, big_code, big_name, small_code, small_name, key, radius_m)
SELECT %(centre)s, 'event', lpad((10 + i / 10)::text, 2, '0'), 'B' || i / 10, lpad((i %% 10)::text, 2, '0'),
       'S' || i, 's' || i, 100 FROM generate_series(0, 59) i;
INSERT INTO cases_condition (category_id, seq, filing_condition, closing_condition, limit_value, limit_unit,
                             handling_unit, supervising, legal_basis, requirement, needs_gate, photos, days, row_hash)
SELECT id, 1, 'f', 'c', 8, 'work_hour', '', '', '', '', false, 'none', '[2024-01-01,)', 'bench' || id
FROM cases_category WHERE big_name LIKE 'B%%';
INSERT INTO cases_district (centre_id, code, name, outline, is_active)
SELECT %(centre)s, 'B' || i, 'D' || i, '{"type": "Polygon", "coordinates": []}', false FROM generate_series(1, 6) i;
INSERT INTO people_unit (centre_id, kind, code, name, name_key, is_active)
SELECT %(centre)s, 'department', 'B' || i, 'department ' || i, 'department' || i, true FROM generate_series(1, 12) i;

-- part: customers
INSERT INTO customers_customer (id, centre_id, name, name_key, salutation, address, note, is_secret, since, changed_at)
OVERRIDING SYSTEM VALUE
SELECT i, %(centre)s, n.name, n.key, '', '', '', i %% 50 = 0, now() - interval '2 years' * random(),
       now() - interval '1 year' * random()
FROM generate_series(1, %(n)s) i JOIN names n ON n.item = i::bigint * 7919 %% 400;
INSERT INTO customers_customernumber (customer_id, e164, kind, is_main, extension)
SELECT i, '+861' || 3000000000 + (i::bigint * 7919) %% 6000000000, 'mobile', true, '' FROM generate_series(1, %(n)s) i;

-- part: cases
CREATE TEMP TABLE drawn AS
SELECT i, arrived, to_char(arrived AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') AS day, a.age,
       (random() * 59.999)::int %% 60 AS category, (random() * 119.999)::int %% 120 AS item,
       random() < CASE WHEN a.age < 0.01 THEN 0.6 ELSE 0.002 END AS is_open, random() AS pick,
       (%(operators)s::bigint[])[1 + (random() * 1000)::int %% cardinality(%(operators)s::bigint[])] AS operator
FROM generate_series(1, %(n)s) i,
     LATERAL (SELECT (%(n)s - i)::float8 / %(n)s AS age) a,
     LATERAL (SELECT now() - interval '1 hour' - interval '730 days' * a.age AS arrived) t;
CREATE TEMP TABLE made AS
SELECT drawn.*, CASE WHEN NOT is_open THEN
           CASE WHEN pick < .9 THEN 'closed' WHEN pick < .96 THEN 'rejected'
                WHEN pick < .98 THEN 'not_accepted' ELSE 'cancelled' END
       ELSE CASE WHEN pick < .03 THEN 'registered' WHEN pick < .05 THEN 'pre_filed' WHEN pick < .08 THEN 'verifying'
                 WHEN pick < .09 THEN 'filed' WHEN pick < .31 THEN 'dispatched' WHEN pick < .81 THEN 'handling'
                 WHEN pick < .84 THEN 'rework' WHEN pick < .85 THEN 'returned' WHEN pick < .88 THEN 'parked'
                 WHEN pick < .92 THEN 'feedback' WHEN pick < .97 THEN 'checking' ELSE 'close_review' END END AS status,
       day || '-' || lpad(row_number() OVER (PARTITION BY day ORDER BY i)::text, 4, '0') AS number
FROM drawn;
CREATE TEMP TABLE kinds AS
SELECT c.id AS category_id, t.id AS condition_id, (row_number() OVER (ORDER BY c.id) - 1)::int AS place
FROM cases_category c JOIN cases_condition t ON t.category_id = c.id WHERE t.row_hash LIKE 'bench%%';
INSERT INTO cases_case (id, centre_id, number, source, external_id, version, status, status_at, status_by_id,
    status_note, customer_id, is_secret, description, is_urgent, category_id, condition_id, place, latitude, longitude,
    datum, district_id, first_owner_id, operator_id, department_id, arrived_at, changed_at, filed_at, dispatched_at,
    due_at, feedback_at, ended_at, closing_answer, rework_count, send_back_count, reopen_count, postponed_count,
    part_count)
OVERRIDING SYSTEM VALUE
SELECT i, %(centre)s, number, (ARRAY['phone','phone','phone','web','field','import'])[1 + i %% 6], '', 1, status,
       arrived + least(interval '30 hours', now() - arrived), operator, '', 1 + (i::bigint * 7919) %% %(n)s, i %% 50 = 0,
       x.description, i %% 40 = 0, k.category_id, k.condition_id, x.place,
       37.8 + random()::numeric(9, 6) / 5, 112.4 + random()::numeric(9, 6) / 5, 'wgs84',
       (SELECT min(id) FROM cases_district WHERE code LIKE 'B%%') + i %% 6, operator, operator,
       CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
            THEN (SELECT min(id) FROM people_unit WHERE code LIKE 'B%%') + i %% 12 END,
       arrived, arrived + least(interval '30 hours', now() - arrived),
       CASE WHEN status NOT IN ('registered','verifying','pre_filed','rejected','not_accepted')
            THEN arrived + interval '4 minutes' END,
       CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
            THEN arrived + interval '5 minutes' END,
       CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
            THEN arrived + interval '8 hours' + interval '40 hours' * (i %% 3) END,
       CASE WHEN status IN ('feedback','checking','close_review','closed')
            THEN arrived + least(interval '20 hours', now() - arrived) END,
       CASE WHEN NOT is_open THEN arrived + least(interval '30 hours', now() - arrived) END, '',
       (i %% 17 = 0)::int, (i %% 23 = 0)::int, 0, 0, 0
FROM made JOIN texts x USING (category, item) JOIN kinds k ON k.place = made.category;

-- part: words
INSERT INTO cases_casesearch (case_id, words)
SELECT i, x.words || array_to_tsvector(string_to_array(number, '-')) FROM made JOIN texts x USING (category, item);

-- part: holdings
ALTER TABLE cases_holding DROP CONSTRAINT cases_holding_no_overlap;
INSERT INTO cases_holding (case_id, person_id, queue, stage, span, began_seq, ended_seq)
SELECT i, operator, '', 'acceptance', tstzrange(arrived, arrived + interval '3 minutes'), 1, 2 FROM made;
INSERT INTO cases_holding (case_id, person_id, unit_id, queue, stage, span, due_at, began_seq)
SELECT i, CASE WHEN status IN ('registered','pre_filed') AND pick < .032 THEN operator
               WHEN status IN ('verifying','checking') THEN %(field)s END,
       CASE WHEN status IN ('dispatched','handling','rework')
            THEN (SELECT min(id) FROM people_unit WHERE code LIKE 'B%%') + i %% 12 END,
       CASE WHEN status IN ('registered','pre_filed') AND pick >= .032 THEN 'intake'
            WHEN status = 'registered' AND pick < .032 THEN ''
            WHEN status IN ('filed','returned') THEN 'dispatch' WHEN status = 'parked' THEN 'parked'
            WHEN status = 'feedback' THEN 'feedback' WHEN status = 'close_review' THEN 'closing_gate' ELSE '' END,
       CASE WHEN status IN ('registered','pre_filed') THEN 'acceptance' WHEN status = 'verifying' THEN 'verify'
            WHEN status IN ('filed','returned') THEN 'dispatch' WHEN status = 'parked' THEN 'parked'
            WHEN status = 'checking' THEN 'check' WHEN status IN ('feedback','close_review') THEN 'closing'
            ELSE 'handling' END,
       tstzrange(arrived + interval '3 minutes', NULL), arrived + interval '9 hours', 2
FROM made WHERE is_open;
ALTER TABLE cases_holding ADD CONSTRAINT cases_holding_no_overlap
    EXCLUDE USING gist (int8range(case_id, case_id, '[]') WITH &&, span WITH &&);

-- part: stages
INSERT INTO cases_stagerun (case_id, stage, began_at, due_at, ended_at, began_seq, ended_seq, outcome, person_id)
SELECT i, 'acceptance', arrived, arrived + interval '5 minutes',
       CASE WHEN status <> 'registered' THEN arrived + interval '3 minutes' END, 1,
       CASE WHEN status <> 'registered' THEN 2 END, CASE WHEN status <> 'registered' THEN 'pre_file' ELSE '' END,
       operator FROM made;
INSERT INTO cases_stagerun (case_id, stage, began_at, due_at, ended_at, began_seq, ended_seq, outcome, person_id)
SELECT i, CASE WHEN status IN ('dispatched','handling','rework','closed') THEN 'handling' ELSE 'closing' END,
       arrived + interval '5 minutes', arrived + interval '24 hours',
       CASE WHEN NOT is_open THEN arrived + least(interval '30 hours', now() - arrived) END, 3,
       CASE WHEN NOT is_open THEN 4 END, CASE WHEN is_open THEN '' ELSE 'feedback' END, operator
FROM made WHERE status NOT IN ('registered', 'pre_filed', 'verifying');

-- part: events
INSERT INTO cases_caseevent (case_id, seq, at, action, actor_id, note, data)
SELECT i, 1, arrived, 'register', operator, '', '{}' FROM made WHERE age < 0.05;
INSERT INTO cases_casecounter (centre_id, day, last)
SELECT %(centre)s, day::date, count(*) + 10 FROM made GROUP BY day;
SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case));
SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), (SELECT max(id) FROM customers_customer));
