-- The copies of uneven ids and those without an id. `own` names the copy by its place. `tangled`: others may report the
-- same action.
CREATE TEMP TABLE loose AS
SELECT e.file, e.line, e.idx, e.side, e.platform, e.event, e.name_key, e.destination, e.id_h, e.id_fold_h, e.id_trim_h,
    e.id_url_h, e.id_sha_h, e.id_number, e.order_h, e.fbp_h, e.ext_h, e.client_h, e.t_ms, e.received_ms, e.value, e.currency,
    e.offline, e.consent, e.test, e.bot, e.automatic, e.page, e.browser, e.app_version, e.sender, e.kind_h, e.says, e.m, coalesce(e.shared, false) AS shared, k.keyed,
    md5_number_lower(concat_ws('|', e.file, e.line, e.idx, e.side)) AS own,
    coalesce(e.many, false) OR r.order_h IS NOT NULL AS tangled
FROM telling_uneven_copy e
LEFT JOIN repeated_order r ON r.side = e.side AND r.platform = e.platform AND r.destination = e.destination
    AND r.event = e.event AND r.order_h = e.order_h
LEFT JOIN event_key k ON k.platform = e.platform AND k.event = e.event;

DROP TABLE repeated_order;

-- Tangled copies grouped into actions: same id, name and destination, or the same order under another id.
-- `g` is the id's group, `o` the order's. Groups that share an order take the lowest label among them.
CREATE TEMP TABLE keyed AS
SELECT own, t_ms, file, line, idx, keyed, consent,
    CASE WHEN id_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'i', side, platform, destination, name_key, id_h)) END AS g,
    CASE WHEN order_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'o', side, platform, destination, event, order_h)) END AS o
FROM loose WHERE tangled;

CREATE TEMP TABLE link_go AS SELECT DISTINCT g, o FROM keyed WHERE g IS NOT NULL AND o IS NOT NULL;
CREATE TEMP TABLE label_g AS SELECT DISTINCT g, g AS l FROM link_go;
