-- What the unmatched copies of a cause have in common, counted: by place, browser, release, sender and day.

CREATE TABLE lost AS
SELECT platform, side, event, cause, page, browser, app_version, sender,
    CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day, count(*) AS n
FROM unmatched WHERE platform IN (SELECT platform FROM events GROUP BY platform HAVING count(DISTINCT side) = 2)
GROUP BY platform, side, event, cause, page, browser, app_version, sender, CAST(floor(t_ms / 86400000.0) AS INTEGER);

-- The causes looked at: of one event, and (event '') of all events where no event makes up nearly all of it.
CREATE TABLE told_cause AS
WITH one AS (SELECT platform, side, event, cause, sum(n) AS k FROM lost GROUP BY platform, side, event, cause),
every AS (SELECT platform, side, '' AS event, cause, sum(k) AS k, max(k) AS most FROM one GROUP BY platform, side, cause),
each_one AS (SELECT platform, side, event, cause, k FROM one
    UNION ALL SELECT platform, side, event, cause, k FROM every WHERE most < 0.9 * k)
SELECT platform, side, event, cause, k FROM each_one WHERE k >= 30 ORDER BY k DESC, platform, side, event, cause LIMIT 200;

-- A value that holds nine of ten is the only one of its kind that can.
CREATE TABLE common AS
WITH v AS (
    SELECT platform, side, event, cause, 'page' AS dim, page AS v, n FROM lost
    UNION ALL SELECT platform, side, event, cause, 'browser', browser, n FROM lost
    UNION ALL SELECT platform, side, event, cause, 'app_version', app_version, n FROM lost
    UNION ALL SELECT platform, side, event, cause, 'sender', sender, n FROM lost),
counted AS (SELECT t.platform, t.side, t.event, t.cause, v.dim, v.v, t.k, sum(v.n) AS n FROM told_cause t
    JOIN v ON v.platform = t.platform AND v.side = t.side AND v.cause = t.cause AND (t.event = '' OR v.event = t.event)
    WHERE v.v IS NOT NULL AND v.v <> '' GROUP BY t.platform, t.side, t.event, t.cause, v.dim, v.v, t.k)
SELECT platform, side, event, cause, max(CASE WHEN dim = 'page' THEN v END) AS page, max(CASE WHEN dim = 'browser' THEN v END) AS browser,
    max(CASE WHEN dim = 'app_version' THEN v END) AS app_version, max(CASE WHEN dim = 'sender' THEN v END) AS sender
FROM counted WHERE n >= 0.9 * k GROUP BY platform, side, event, cause;

CREATE TABLE looked_at AS
SELECT t.platform, t.side, t.event, t.cause, t.k, c.page, c.browser, c.app_version, c.sender FROM told_cause t
LEFT JOIN common c ON c.platform = t.platform AND c.side = t.side AND c.event = t.event AND c.cause = t.cause;

CREATE TABLE page_of_one AS SELECT DISTINCT page AS v FROM looked_at WHERE page IS NOT NULL;
CREATE TABLE browser_of_one AS SELECT DISTINCT browser AS v FROM looked_at WHERE browser IS NOT NULL;
CREATE TABLE version_of_one AS SELECT DISTINCT app_version AS v FROM looked_at WHERE app_version IS NOT NULL;
CREATE TABLE sender_of_one AS SELECT DISTINCT sender AS v FROM looked_at WHERE sender IS NOT NULL;
-- The events asked about, by name: a join of equals, where "any event" would have every copy compared.
CREATE TABLE side_of_one AS
SELECT DISTINCT c.platform, c.side, c.event FROM census c
JOIN event_key k ON k.platform = c.platform AND k.event = c.event
JOIN looked_at m ON m.platform = c.platform AND m.side = c.side AND (m.event = '' OR m.event = c.event)
WHERE c.accepted AND k.keyed;

-- All copies in one pass, values that hold no cause folded into one: what is left are a few combinations a day.
CREATE TABLE combination AS
SELECT s.platform, s.side, s.event, p.v AS page, b.v AS browser, a.v AS app_version, d.v AS sender, s.day, count(*) AS n
FROM seen s JOIN side_of_one o ON o.platform = s.platform AND o.side = s.side AND o.event = s.event
LEFT JOIN page_of_one p ON p.v = s.page LEFT JOIN browser_of_one b ON b.v = s.browser
LEFT JOIN version_of_one a ON a.v = s.app_version LEFT JOIN sender_of_one d ON d.v = s.sender
WHERE NOT (s.automatic AND s.id_h IS NULL)
GROUP BY s.platform, s.side, s.event, p.v, b.v, a.v, d.v, s.day;

CREATE TABLE cell AS
WITH counted AS (
    SELECT platform, side, event, '' AS cause, page, browser, app_version, sender, day, 0 AS lost, n FROM combination
    UNION ALL SELECT platform, side, event, cause, page, browser, app_version, sender, day, n, 0 FROM lost)
SELECT m.platform, m.side, m.event, m.cause,
    CASE WHEN c.page = m.page THEN 1 ELSE 0 END + CASE WHEN c.browser = m.browser THEN 2 ELSE 0 END
        + CASE WHEN c.app_version = m.app_version THEN 4 ELSE 0 END + CASE WHEN c.sender = m.sender THEN 8 ELSE 0 END AS bits,
    c.day, CAST(sum(c.lost) AS BIGINT) AS lost, CAST(sum(c.n) AS BIGINT) AS n
FROM looked_at m JOIN counted c ON c.platform = m.platform AND c.side = m.side AND (m.event = '' OR c.event = m.event)
    AND (c.cause = '' OR c.cause = m.cause)
GROUP BY m.platform, m.side, m.event, m.cause,
    CASE WHEN c.page = m.page THEN 1 ELSE 0 END + CASE WHEN c.browser = m.browser THEN 2 ELSE 0 END
        + CASE WHEN c.app_version = m.app_version THEN 4 ELSE 0 END + CASE WHEN c.sender = m.sender THEN 8 ELSE 0 END, c.day;

DROP TABLE lost; DROP TABLE told_cause; DROP TABLE common; DROP TABLE page_of_one; DROP TABLE browser_of_one;
DROP TABLE version_of_one; DROP TABLE sender_of_one; DROP TABLE side_of_one; DROP TABLE combination;
