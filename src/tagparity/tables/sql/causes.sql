-- Every copy the platform would not merge, with exactly one cause: the first that evidence supports.
CREATE TEMP TABLE repeated AS
SELECT a, id_h, min(turn) AS first_turn FROM rest WHERE tangled AND keyed AND id_h IS NOT NULL GROUP BY a, id_h;

CREATE TEMP TABLE refused AS SELECT DISTINCT platform, id_h FROM events WHERE side = 'server' AND NOT accepted AND id_h IS NOT NULL;
CREATE TEMP TABLE covered AS
SELECT platform, day FROM census WHERE accepted AND day IS NOT NULL GROUP BY platform, day HAVING count(DISTINCT side) = 2;
CREATE TEMP TABLE browser_events AS SELECT DISTINCT platform, event FROM census WHERE side = 'browser';

CREATE TEMP TABLE twin_of AS
SELECT b AS a, b, how, renamed, other_destination, b_no_id, s_no_id, merged FROM twin WHERE NOT even
UNION ALL SELECT s, b, how, renamed, other_destination, b_no_id, s_no_id, merged FROM twin WHERE NOT even;

CREATE TEMP TABLE unmatched AS
SELECT r.file, r.line, r.idx, r.side, r.platform, r.event, r.a, r.t_ms, r.page, r.browser, r.app_version, r.sender,
    CASE WHEN r.side = 'browser' THEN CASE
        WHEN r.first_consent = 'denied' AND t.b IS NULL THEN 'consent_denied'
        WHEN r.turn > 1 THEN 'duplicate'
        WHEN r.id_h IS NULL THEN 'browser_id_missing'
        WHEN t.b IS NOT NULL AND t.s_no_id THEN 'server_id_missing'
        WHEN t.how IN ('order', 'person') OR f.a IS NOT NULL THEN 'id_altered'
        WHEN t.renamed THEN 'event_renamed'
        WHEN t.other_destination OR i.elsewhere THEN 'other_destination'
        WHEN t.b IS NOT NULL THEN 'outside_window'
        WHEN x.id_h IS NOT NULL THEN 'server_rejected'
        ELSE 'unexplained' END
    ELSE CASE
        WHEN r.test THEN 'test_traffic'
        WHEN r.bot THEN 'bot'
        WHEN r.offline THEN 'offline_source'
        WHEN r.turn > 1 AND r.id_h IS NOT NULL AND p.first_turn < r.turn THEN 'retry'
        WHEN r.turn > 1 THEN 'refire'
        WHEN r.id_h IS NULL AND r.order_h IS NULL AND t.b IS NULL THEN 'server_id_missing'
        WHEN t.b IS NOT NULL AND t.b_no_id THEN 'browser_id_missing'
        WHEN t.b IS NOT NULL AND t.s_no_id THEN 'server_id_missing'
        WHEN t.how IN ('order', 'person') OR f.a IS NOT NULL THEN 'id_altered'
        WHEN t.renamed THEN 'event_renamed'
        WHEN t.other_destination OR i.elsewhere THEN 'other_destination'
        WHEN t.b IS NOT NULL THEN 'outside_window'
        WHEN v.day IS NOT NULL AND w.event IS NOT NULL AND i.a IS NULL AND (r.id_h IS NOT NULL OR r.order_h IS NOT NULL) THEN 'browser_blocked'
        ELSE 'unexplained' END END AS cause
FROM rest r
LEFT JOIN twin_of t ON t.a = r.a
LEFT JOIN repeated p ON p.a = r.a AND p.id_h = r.id_h
LEFT JOIN altered_id f ON f.a = r.a
LEFT JOIN taken_id i ON i.a = r.a
LEFT JOIN refused x ON x.platform = r.platform AND x.id_h = r.id_h
LEFT JOIN covered v ON v.platform = r.platform AND v.day = CAST(floor(r.t_ms / 86400000.0) AS INTEGER)
LEFT JOIN browser_events w ON w.platform = r.platform AND w.event = r.event
-- what a vendor's script fires on its own carries no id and has no copy on the server: not unmatched
WHERE r.keyed AND NOT (r.turn = 1 AND coalesce(t.merged, false)) AND NOT (r.automatic AND r.id_h IS NULL AND t.b IS NULL)
-- copies of even pairs that the platform keeps apart
UNION ALL SELECT e.file, e.line, e.idx, e.side, e.platform, e.event, CASE WHEN e.side = 'browser' THEN t.b ELSE t.s END, e.t_ms,
    e.page, e.browser, e.app_version, e.sender,
    CASE WHEN e.side = 'server' AND e.test THEN 'test_traffic' WHEN e.side = 'server' AND e.bot THEN 'bot'
        WHEN e.side = 'server' AND e.offline THEN 'offline_source' WHEN t.renamed THEN 'event_renamed'
        WHEN t.other_destination THEN 'other_destination' ELSE 'outside_window' END
FROM twin t JOIN accepted_copy e ON e.m = t.b JOIN event_key k ON k.platform = e.platform AND k.event = e.event
WHERE t.even AND NOT t.merged AND k.keyed;

DROP TABLE twin_of; DROP TABLE repeated; DROP TABLE refused; DROP TABLE altered_id; DROP TABLE taken_id; DROP TABLE covered; DROP TABLE browser_events;
