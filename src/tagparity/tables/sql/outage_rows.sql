-- Rows of the hours found: only run where there is one.
CREATE TEMP TABLE told AS
SELECT u.file, u.line, u.idx, u.side, u.platform, u.event, u.a, u.t_ms, u.page, u.browser, u.app_version, u.sender,
    CASE WHEN u.side = 'browser' AND u.cause = 'unexplained' AND o.hour IS NOT NULL AND s.event IS NOT NULL THEN 'server_outage' ELSE u.cause END AS cause
FROM unmatched u LEFT JOIN outage o ON o.platform = u.platform AND o.hour = CAST(floor(u.t_ms / 3600000.0) AS BIGINT)
LEFT JOIN sent s ON s.platform = u.platform AND s.event = u.event;

DROP TABLE unmatched;
ALTER TABLE told RENAME TO unmatched;
