-- Pairs of copies that both have an id, but not the same one, with what was done to it; and what else the ids tell of
-- actions without a twin.

-- Actions without a twin, with the digests of their ids.
CREATE TABLE single AS
WITH paired AS (SELECT b AS a FROM pairs UNION ALL SELECT s FROM pairs),
unpaired AS MATERIALIZED (SELECT * FROM actions WHERE id_h IS NOT NULL AND NOT EXISTS (SELECT 1 FROM paired WHERE paired.a = actions.a))
SELECT a.a, a.side, a.platform, a.name_key, a.destination, e.id_h, e.id_fold_h, e.id_url_h, e.id_sha_h
FROM unpaired a JOIN events e ON e.file = a.file AND e.line = a.line AND e.idx = a.idx AND e.side = a.side
JOIN event_key k ON k.platform = a.platform AND k.event = a.event WHERE k.keyed;

-- Pairs among them found by the ids alone.
CREATE TABLE lone AS
WITH b AS (SELECT * FROM single WHERE side = 'browser'), s AS (SELECT * FROM single WHERE side = 'server'),
c AS (
    SELECT b.a AS b, s.a AS s FROM b JOIN s ON s.platform = b.platform AND s.id_fold_h = b.id_fold_h AND s.id_h <> b.id_h
    UNION SELECT b.a, s.a FROM b JOIN s ON s.platform = b.platform AND s.id_h = b.id_url_h AND s.id_h <> b.id_h
    UNION SELECT b.a, s.a FROM b JOIN s ON s.platform = b.platform AND s.id_url_h = b.id_h AND s.id_h <> b.id_h
    UNION SELECT b.a, s.a FROM b JOIN s ON s.platform = b.platform AND s.id_url_h = b.id_url_h AND s.id_h <> b.id_h
    UNION SELECT b.a, s.a FROM b JOIN s ON s.platform = b.platform AND s.id_fold_h = b.id_sha_h
    UNION SELECT b.a, s.a FROM b JOIN s ON s.platform = b.platform AND s.id_sha_h = b.id_fold_h),
x AS (SELECT b, min(s) AS s FROM c GROUP BY b), y AS (SELECT s, min(b) AS b FROM c GROUP BY s)
SELECT x.b, x.s FROM x JOIN y ON x.b = y.b AND x.s = y.s;

-- The first variant that digests prove. They show no common prefix or suffix: such pairs are `other`.
CREATE TABLE alteration AS
WITH pair AS (SELECT b, s FROM lone UNION ALL SELECT b, s FROM twins WHERE keyed AND how IN ('order', 'person')),
digests AS (SELECT a.a, a.side, a.platform, a.event, e.id_h, e.id_fold_h, coalesce(e.id_trim_h, e.id_h) AS trim_h, e.id_url_h, e.id_sha_h, e.id_number
    FROM actions a JOIN events e ON e.file = a.file AND e.line = a.line AND e.idx = a.idx AND e.side = a.side
    WHERE (a.side = 'browser' AND a.a IN (SELECT b FROM pair)) OR (a.side = 'server' AND a.a IN (SELECT s FROM pair)))
SELECT p.b, p.s, b.platform, b.event, CASE
    WHEN b.trim_h = s.trim_h THEN 'trim'
    WHEN b.id_fold_h = s.id_fold_h AND b.id_number THEN 'numeric'
    WHEN b.id_url_h = s.id_h OR s.id_url_h = b.id_h OR b.id_url_h = s.id_url_h THEN 'url_encoding'
    WHEN b.id_fold_h = s.id_fold_h THEN 'case'
    WHEN b.id_sha_h = s.id_fold_h OR s.id_sha_h = b.id_fold_h THEN 'sha256_of_other'
    ELSE 'other' END AS variant
FROM pair p JOIN digests b ON b.a = p.b AND b.side = 'browser' JOIN digests s ON s.a = p.s AND s.side = 'server'
WHERE b.id_h <> s.id_h;

-- Actions without a twin whose id stands altered on the other side, be it that of another's twin.
CREATE TABLE altered_id AS
SELECT b AS a FROM lone UNION SELECT s FROM lone
UNION SELECT s.a FROM single s JOIN events e
    ON e.platform = s.platform AND e.id_fold_h = s.id_fold_h AND e.side <> s.side AND e.accepted AND e.id_h <> s.id_h;

-- Actions without a twin whose very id stands on the other side, in the copy of another's twin.
CREATE TABLE taken_id AS
SELECT s.a, bool_or(c.name_key = s.name_key AND c.destination <> s.destination AND c.destination <> '' AND s.destination <> '') AS elsewhere FROM single s JOIN copies c
    ON c.platform = s.platform AND c.id_h = s.id_h AND c.side <> s.side GROUP BY s.a;

DROP TABLE single; DROP TABLE lone;
