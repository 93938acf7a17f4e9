-- The first copy speaks for its action: earliest, then in the order of the evidence; its place names the action (`a`).
-- `nth` counts the copies of an action, `turn` those of events with a dedup key, `n` is the number of copies.
CREATE TEMP TABLE ranked AS
WITH l AS (SELECT k.own, k.t_ms, k.file, k.line, k.idx, k.keyed, k.consent, coalesce(lg.l, k.g, lo.l, k.o) AS l
    FROM keyed k LEFT JOIN label_g lg ON lg.g = k.g LEFT JOIN label_o lo ON k.g IS NULL AND lo.o = k.o)
SELECT own, first_value(own) OVER w AS a, row_number() OVER w AS nth, sum(CASE WHEN keyed THEN 1 ELSE 0 END) OVER w AS turn,
    first_value(consent) OVER w AS first_consent, count(*) OVER (PARTITION BY l) AS n
FROM l WINDOW w AS (PARTITION BY l ORDER BY t_ms NULLS LAST, file, line, idx ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

DROP TABLE keyed; DROP TABLE link_go; DROP TABLE label_o; DROP TABLE label_g; DROP TABLE changed;

CREATE TEMP TABLE tied AS
SELECT l.*, r.a, r.nth, CAST(r.turn AS BIGINT) AS turn, r.first_consent, r.n FROM loose l JOIN ranked r ON r.own = l.own WHERE l.tangled;

DROP TABLE ranked;

-- Copies that are no pair by their id alone, each with its action.
CREATE VIEW rest AS
SELECT l.*, l.own AS a, CAST(1 AS BIGINT) AS nth, CAST(1 AS BIGINT) AS turn, l.consent AS first_consent, CAST(1 AS BIGINT) AS n
FROM loose l WHERE NOT l.tangled
UNION ALL SELECT * FROM tied;
