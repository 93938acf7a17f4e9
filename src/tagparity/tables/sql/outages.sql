-- Outages: UTC hours with browser actions whose every copy the server lacks, though chance would not have it so.
CREATE TEMP TABLE sent AS SELECT DISTINCT platform, event FROM census WHERE side = 'server' AND accepted;

-- Browser actions that should have a twin: those with one, and those without that nothing else explains. An event the
-- server never sends tells nothing.
CREATE TEMP TABLE awaited AS
WITH a AS (
    SELECT k.platform, k.event, t.hour, t.n, t.n AS found FROM (
        SELECT b_kind, CAST(floor(b_ms / 3600000.0) AS BIGINT) AS hour, count(*) AS n FROM twin
        WHERE keyed AND b_ms IS NOT NULL GROUP BY b_kind, CAST(floor(b_ms / 3600000.0) AS BIGINT)) t JOIN kind k ON k.kind = t.b_kind
    UNION ALL SELECT platform, event, CAST(floor(t_ms / 3600000.0) AS BIGINT), count(*), 0 FROM unmatched
    WHERE side = 'browser' AND cause = 'unexplained' AND t_ms IS NOT NULL
    GROUP BY platform, event, CAST(floor(t_ms / 3600000.0) AS BIGINT))
SELECT a.platform, a.hour, CAST(sum(a.n) AS BIGINT) AS n, CAST(sum(a.found) AS BIGINT) AS found
FROM a JOIN sent ON sent.platform = a.platform AND sent.event = a.event GROUP BY a.platform, a.hour;

-- Hours without a server event between the server's first and last: before and after them its log may just not reach.
-- A copy sent within five minutes of an action of the hour before or after belongs there. Two actions or fewer are a
-- quiet hour.
CREATE TEMP TABLE silent AS
WITH span AS (SELECT platform, min(first_ms) AS first, max(last_ms) AS last FROM census WHERE side = 'server' AND accepted GROUP BY platform),
h AS (SELECT a.* FROM awaited a JOIN span p ON p.platform = a.platform
    WHERE a.n > 2 AND a.found = 0 AND a.hour * 3600000 BETWEEN p.first AND p.last),
c AS (SELECT platform, s_ms AS t_ms, b_ms FROM twins WHERE even
    UNION ALL SELECT r.platform, r.t_ms, t.b_ms FROM rest r LEFT JOIN twin t ON t.s = r.a AND NOT t.even WHERE r.side = 'server'),
alive AS (SELECT h.platform, h.hour FROM h
    JOIN c ON c.platform = h.platform AND CAST(floor(c.t_ms / 3600000.0) AS BIGINT) = h.hour
    WHERE NOT coalesce(abs(c.t_ms - c.b_ms) <= 300000 AND CAST(floor(c.b_ms / 3600000.0) AS BIGINT) <> h.hour, false))
SELECT h.* FROM h WHERE NOT EXISTS (SELECT 1 FROM alive x WHERE x.platform = h.platform AND x.hour = h.hour);

-- The usual rate is that of the other hours; in the second round those found dead in the first are left out of it too.
-- One action more without a twin keeps a short log from being certain.
CREATE TEMP TABLE dead AS
WITH whole AS (SELECT platform, sum(n) AS n, sum(found) AS found FROM awaited GROUP BY platform)
SELECT s.* FROM silent s JOIN whole w ON w.platform = s.platform
WHERE power(1 - w.found / (w.n - s.n + 1), s.n) < 0.001;

CREATE TEMP TABLE outage AS
WITH whole AS (SELECT a.platform, sum(a.n) AS n, sum(a.found) AS found FROM awaited a
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.platform = a.platform AND d.hour = a.hour) GROUP BY a.platform)
SELECT s.platform, s.hour, s.n FROM silent s JOIN whole w ON w.platform = s.platform
LEFT JOIN dead d ON d.platform = s.platform AND d.hour = s.hour
WHERE power(1 - w.found / (w.n - CASE WHEN d.hour IS NULL THEN s.n ELSE 0 END + 1), s.n) < 0.001;
