-- A pair with what its copies agree on, and whether the platform would merge them by its own key inside its window.
CREATE TABLE twins AS
SELECT p.b, p.s, p.how, b.platform, b.event, b.event <> s.event AS other_event, b.name_key <> s.name_key AND w.named AS renamed,
    b.destination <> s.destination AND b.destination <> '' AND s.destination <> '' AS other_destination,
    b.id_h IS NULL AS b_no_id, s.id_h IS NULL AS s_no_id,
    s.t_ms - b.t_ms AS apart_ms,
    CASE WHEN b.received_ms IS NOT NULL AND s.received_ms IS NOT NULL THEN s.received_ms - b.received_ms ELSE s.t_ms - b.t_ms END AS window_ms,
    b.value AS b_value, s.value AS s_value, b.currency AS b_currency, s.currency AS s_currency,
    (w.by_fbp OR w.by_external_id) AS has_fallback,
    NOT (b.destination <> s.destination AND b.destination <> '' AND s.destination <> '') AND (
        coalesce(w.by_fbp AND b.fbp_h = s.fbp_h, false) OR coalesce(w.by_external_id AND b.ext_h = s.ext_h, false)) AS same_person,
    CAST(floor(b.t_ms / 86400000.0) AS INTEGER) AS day,
    k.keyed, (p.how = 'id' AND b.name_key = s.name_key OR p.how LIKE 'id%' AND NOT w.named) AND k.keyed
        AND NOT (b.destination <> s.destination AND b.destination <> '' AND s.destination <> '')
        AND abs(coalesce(CASE WHEN b.received_ms IS NOT NULL AND s.received_ms IS NOT NULL THEN s.received_ms - b.received_ms
            ELSE s.t_ms - b.t_ms END, 0)) <= w.window_ms AS merged
FROM pairs p
JOIN actions b ON b.a = p.b AND b.side = 'browser'
JOIN actions s ON s.a = p.s AND s.side = 'server'
LEFT JOIN dedup_window w ON w.platform = b.platform
LEFT JOIN event_key k ON k.platform = b.platform AND k.event = b.event;
