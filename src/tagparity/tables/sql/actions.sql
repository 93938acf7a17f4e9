-- Copies grouped into actions: same id, name and destination, or the same order under another id.
-- `g` is the id's group, `o` the order's; their labels are merged twice, which closes every chain seen in practice.
CREATE TABLE keyed AS
SELECT file, line, idx, side, platform, event, name_key, destination, id_h, order_h, t_ms, received_ms,
    CASE WHEN id_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'i', side, platform, destination, name_key, id_h)) END AS g,
    CASE WHEN order_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'o', side, platform, destination, event, order_h)) END AS o
FROM events WHERE accepted;

CREATE TABLE link_go AS SELECT DISTINCT g, o FROM keyed WHERE g IS NOT NULL AND o IS NOT NULL;
CREATE TABLE label_o AS SELECT o, min(g) AS l FROM link_go GROUP BY o;
CREATE TABLE label_g AS SELECT link_go.g, min(label_o.l) AS l FROM link_go JOIN label_o ON label_o.o = link_go.o GROUP BY link_go.g;
CREATE TABLE label_o2 AS SELECT link_go.o, min(label_g.l) AS l FROM link_go JOIN label_g ON label_g.g = link_go.g GROUP BY link_go.o;
CREATE TABLE label_g2 AS SELECT link_go.g, min(label_o2.l) AS l FROM link_go JOIN label_o2 ON label_o2.o = link_go.o GROUP BY link_go.g;

CREATE TABLE copies AS
SELECT k.file, k.line, k.idx, k.side, k.platform, k.event, k.name_key, k.destination, k.id_h, k.order_h, k.t_ms, k.received_ms,
    coalesce(lg.l, k.g, lo.l, k.o, md5_number_lower(concat_ws('|', 'r', k.side, k.file, k.line, k.idx))) AS a
FROM keyed k LEFT JOIN label_g2 lg ON lg.g = k.g LEFT JOIN label_o2 lo ON k.g IS NULL AND lo.o = k.o;

DROP TABLE keyed; DROP TABLE link_go; DROP TABLE label_o; DROP TABLE label_g; DROP TABLE label_o2; DROP TABLE label_g2;

-- The first copy speaks for its action: earliest, then in the order of the evidence.
CREATE TABLE first_copy AS
SELECT side, a, count(*) AS n, min(struct_pack(t := coalesce(t_ms, 9223372036854775807), f := file, l := line, i := idx)) AS p
FROM copies GROUP BY side, a;

CREATE TABLE actions AS
SELECT c.a, c.side, c.n, e.file, e.line, e.idx, e.platform, e.event, e.name_key, e.destination, e.id_h, e.id_fold_h, e.order_h,
    e.fbp_h, e.ext_h, e.client_h, e.t_ms, e.received_ms, e.value, e.currency, e.offline, e.consent, e.test, e.bot,
    e.automatic, e.em_v, e.em_vv, e.ph_v, e.ph_vv, e.external_id_v, e.external_id_vv,
    CAST(floor(e.t_ms / 86400000.0) AS INTEGER) AS day
FROM first_copy c JOIN events e ON e.file = c.p.f AND e.line = c.p.l AND e.idx = c.p.i AND e.side = c.side;

DROP TABLE first_copy;
