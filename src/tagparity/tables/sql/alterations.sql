-- Pairs of copies that both have an id, but not the same one, with what was done to it; and what else the ids tell of
-- actions without a twin.

-- Actions without a twin, with the digests of their ids.
CREATE TEMP TABLE single AS
SELECT r.a, r.side, r.platform, r.name_key, r.destination, r.id_h, r.id_fold_h, r.id_url_h, r.id_sha_h, r.shared, r.m
FROM rest r WHERE r.nth = 1 AND r.id_h IS NOT NULL AND r.keyed
    AND NOT EXISTS (SELECT 1 FROM found f WHERE f.b = r.a) AND NOT EXISTS (SELECT 1 FROM found f WHERE f.s = r.a);

-- Pairs among them found by the ids alone.
CREATE TEMP TABLE lone AS
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
CREATE TEMP TABLE alteration AS
WITH pair AS (SELECT b, s FROM lone UNION ALL SELECT b, s FROM twin WHERE keyed AND how IN ('order', 'person')),
digests AS (SELECT a, platform, event, id_h, id_fold_h, coalesce(id_trim_h, id_h) AS trim_h, id_url_h, id_sha_h, id_number
    FROM rest WHERE nth = 1)
SELECT p.b, p.s, b.platform, b.event, CASE
    WHEN b.trim_h = s.trim_h THEN 'trim'
    WHEN b.id_fold_h = s.id_fold_h AND b.id_number THEN 'numeric'
    WHEN b.id_url_h = s.id_h OR s.id_url_h = b.id_h OR b.id_url_h = s.id_url_h THEN 'url_encoding'
    WHEN b.id_fold_h = s.id_fold_h THEN 'case'
    WHEN b.id_sha_h = s.id_fold_h OR s.id_sha_h = b.id_fold_h THEN 'sha256_of_other'
    ELSE 'other' END AS variant
FROM pair p JOIN digests b ON b.a = p.b JOIN digests s ON s.a = p.s
WHERE b.id_h <> s.id_h;

-- Actions without a twin whose id stands altered on the other side, be it that of another's twin.
CREATE TEMP TABLE altered_id AS
SELECT b AS a FROM lone UNION SELECT s FROM lone
UNION SELECT s.a FROM single s JOIN accepted_copy e
    ON e.platform = s.platform AND e.id_fold_h = s.id_fold_h AND e.side <> s.side AND e.id_h <> s.id_h;

-- Actions without a twin whose very id stands on the other side, in the copy of another's twin.
CREATE TEMP TABLE taken_id AS
SELECT s.a, bool_or(c.name_key = s.name_key AND c.destination <> s.destination AND c.destination <> '' AND s.destination <> '') AS elsewhere
FROM single s JOIN rest c ON c.m = s.m AND c.side <> s.side WHERE s.shared GROUP BY s.a;

DROP TABLE single; DROP TABLE lone;
