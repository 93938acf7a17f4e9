-- Every copy the platform would not merge, with exactly one cause: the first that evidence supports.
CREATE TABLE rank_of AS
SELECT c.*, row_number() OVER (PARTITION BY c.side, c.a ORDER BY c.t_ms NULLS LAST, c.file, c.line, c.idx) AS nth
FROM copies c JOIN event_key k ON k.platform = c.platform AND k.event = c.event WHERE k.keyed;

CREATE TABLE repeated AS
SELECT side, a, id_h, min(nth) AS first_nth FROM rank_of WHERE id_h IS NOT NULL GROUP BY side, a, id_h;

CREATE TABLE refused AS SELECT DISTINCT platform, id_h FROM events WHERE side = 'server' AND NOT accepted AND id_h IS NOT NULL;
CREATE TABLE covered AS
SELECT platform, CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day FROM events WHERE accepted AND t_ms IS NOT NULL
GROUP BY platform, CAST(floor(t_ms / 86400000.0) AS INTEGER) HAVING count(DISTINCT side) = 2;
CREATE TABLE browser_events AS SELECT DISTINCT platform, event FROM events WHERE side = 'browser';

CREATE TABLE twin_of AS SELECT b AS a, * FROM twins UNION ALL SELECT s AS a, * FROM twins;

CREATE TABLE unmatched AS
SELECT r.file, r.line, r.idx, r.side, r.platform, r.event,
    CASE WHEN r.side = 'browser' THEN CASE
        WHEN a.consent = 'denied' AND t.b IS NULL THEN 'consent_denied'
        WHEN r.nth > 1 THEN 'duplicate'
        WHEN r.id_h IS NULL THEN 'browser_id_missing'
        WHEN t.b IS NOT NULL AND t.s_no_id THEN 'server_id_missing'
        WHEN t.how IN ('order', 'person') OR f.a IS NOT NULL THEN 'id_altered'
        WHEN t.renamed THEN 'event_renamed'
        WHEN t.other_destination OR i.elsewhere THEN 'other_destination'
        WHEN t.b IS NOT NULL THEN 'outside_window'
        WHEN x.id_h IS NOT NULL THEN 'server_rejected'
        ELSE 'unexplained' END
    ELSE CASE
        WHEN e.test THEN 'test_traffic'
        WHEN e.bot THEN 'bot'
        WHEN e.offline THEN 'offline_source'
        WHEN r.nth > 1 AND r.id_h IS NOT NULL AND p.first_nth < r.nth THEN 'retry'
        WHEN r.nth > 1 THEN 'refire'
        WHEN r.id_h IS NULL AND r.order_h IS NULL AND t.b IS NULL THEN 'server_id_missing'
        WHEN t.b IS NOT NULL AND t.b_no_id THEN 'browser_id_missing'
        WHEN t.b IS NOT NULL AND t.s_no_id THEN 'server_id_missing'
        WHEN t.how IN ('order', 'person') OR f.a IS NOT NULL THEN 'id_altered'
        WHEN t.renamed THEN 'event_renamed'
        WHEN t.other_destination OR i.elsewhere THEN 'other_destination'
        WHEN t.b IS NOT NULL THEN 'outside_window'
        WHEN v.day IS NOT NULL AND w.event IS NOT NULL AND i.a IS NULL AND (r.id_h IS NOT NULL OR r.order_h IS NOT NULL) THEN 'browser_blocked'
        ELSE 'unexplained' END END AS cause
FROM rank_of r
JOIN events e ON e.file = r.file AND e.line = r.line AND e.idx = r.idx AND e.side = r.side
JOIN actions a ON a.a = r.a AND a.side = r.side
LEFT JOIN twin_of t ON t.a = r.a
LEFT JOIN repeated p ON p.side = r.side AND p.a = r.a AND p.id_h = r.id_h
LEFT JOIN altered_id f ON f.a = r.a
LEFT JOIN taken_id i ON i.a = r.a
LEFT JOIN refused x ON x.platform = r.platform AND x.id_h = r.id_h
LEFT JOIN covered v ON v.platform = r.platform AND v.day = CAST(floor(r.t_ms / 86400000.0) AS INTEGER)
LEFT JOIN browser_events w ON w.platform = r.platform AND w.event = r.event
-- what a vendor's script fires on its own carries no id and has no copy on the server: not unmatched
WHERE NOT (r.nth = 1 AND coalesce(t.merged, false)) AND NOT (e.automatic AND r.id_h IS NULL AND t.b IS NULL);

DROP TABLE rank_of; DROP TABLE twin_of; DROP TABLE repeated; DROP TABLE refused; DROP TABLE altered_id; DROP TABLE taken_id; DROP TABLE covered; DROP TABLE browser_events;
