-- Outages: UTC hours with browser actions whose every copy the server lacks, though chance would not have it so.
CREATE TABLE sent AS SELECT DISTINCT platform, event FROM events WHERE side = 'server' AND accepted;

-- Browser actions that should have a twin: those with one, and those without that nothing else explains. An event the
-- server never sends tells nothing.
CREATE TABLE awaited AS
WITH a AS (SELECT b.platform, b.event, b.t_ms, true AS found FROM twins t JOIN actions b ON b.a = t.b AND b.side = 'browser' WHERE t.keyed
    UNION ALL SELECT u.platform, u.event, c.t_ms, false FROM unmatched u
    JOIN copies c ON c.file = u.file AND c.line = u.line AND c.idx = u.idx AND c.side = u.side
    WHERE u.side = 'browser' AND u.cause = 'unexplained')
SELECT a.platform, CAST(floor(a.t_ms / 3600000.0) AS BIGINT) AS hour, count(*) AS n, count(*) FILTER (WHERE found) AS found
FROM a JOIN sent ON sent.platform = a.platform AND sent.event = a.event WHERE a.t_ms IS NOT NULL
GROUP BY a.platform, CAST(floor(a.t_ms / 3600000.0) AS BIGINT);

-- Hours without a server event between the server's first and last: before and after them its log may just not reach.
-- A copy sent within five minutes of an action of the hour before or after belongs there. Two actions or fewer are a
-- quiet hour.
CREATE TABLE silent AS
WITH span AS (SELECT platform, min(t_ms) AS first, max(t_ms) AS last FROM events WHERE side = 'server' AND accepted GROUP BY platform),
h AS (SELECT a.* FROM awaited a JOIN span p ON p.platform = a.platform
    WHERE a.n > 2 AND a.found = 0 AND a.hour * 3600000 BETWEEN p.first AND p.last),
alive AS (SELECT h.platform, h.hour FROM h
    JOIN copies c ON c.platform = h.platform AND CAST(floor(c.t_ms / 3600000.0) AS BIGINT) = h.hour AND c.side = 'server'
    LEFT JOIN twins t ON t.s = c.a LEFT JOIN actions b ON b.a = t.b AND b.side = 'browser'
    WHERE NOT coalesce(abs(c.t_ms - b.t_ms) <= 300000 AND CAST(floor(b.t_ms / 3600000.0) AS BIGINT) <> h.hour, false))
SELECT h.* FROM h WHERE NOT EXISTS (SELECT 1 FROM alive x WHERE x.platform = h.platform AND x.hour = h.hour);

-- The usual rate is that of the other hours; in the second round those found dead in the first are left out of it too.
-- One action more without a twin keeps a short log from being certain.
CREATE TABLE dead AS
WITH whole AS (SELECT platform, sum(n) AS n, sum(found) AS found FROM awaited GROUP BY platform)
SELECT s.* FROM silent s JOIN whole w ON w.platform = s.platform
WHERE power(1 - w.found / (w.n - s.n + 1), s.n) < 0.001;

CREATE TABLE outage AS
WITH whole AS (SELECT a.platform, sum(a.n) AS n, sum(a.found) AS found FROM awaited a
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.platform = a.platform AND d.hour = a.hour) GROUP BY a.platform)
SELECT s.platform, s.hour, s.n FROM silent s JOIN whole w ON w.platform = s.platform
LEFT JOIN dead d ON d.platform = s.platform AND d.hour = s.hour
WHERE power(1 - w.found / (w.n - CASE WHEN d.hour IS NULL THEN s.n ELSE 0 END + 1), s.n) < 0.001;

UPDATE unmatched SET cause = 'server_outage' FROM copies c, outage o
WHERE unmatched.side = 'browser' AND unmatched.cause = 'unexplained' AND c.side = 'browser'
    AND c.file = unmatched.file AND c.line = unmatched.line AND c.idx = unmatched.idx
    AND o.platform = unmatched.platform AND o.hour = CAST(floor(c.t_ms / 3600000.0) AS BIGINT)
    AND EXISTS (SELECT 1 FROM sent WHERE sent.platform = unmatched.platform AND sent.event = unmatched.event);

DROP TABLE sent; DROP TABLE awaited; DROP TABLE silent; DROP TABLE dead;
