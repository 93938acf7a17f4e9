-- Copies with the action they report, and one row per action: its first copy.
CREATE TABLE copies AS
SELECT k.file, k.line, k.idx, k.side, k.platform, k.event, k.name_key, k.destination, k.id_h, k.order_h, k.t_ms, k.received_ms,
    coalesce(lg.l, k.g, lo.l, k.o, md5_number_lower(concat_ws('|', 'r', k.side, k.file, k.line, k.idx))) AS a
FROM keyed k LEFT JOIN label_g lg ON lg.g = k.g LEFT JOIN label_o lo ON k.g IS NULL AND lo.o = k.o;

DROP TABLE keyed; DROP TABLE link_go; DROP TABLE label_o; DROP TABLE label_g; DROP TABLE changed;

-- The first copy speaks for its action: earliest, then in the order of the evidence.
CREATE TABLE first_copy AS
SELECT side, a, count(*) AS n, min(struct_pack(t := coalesce(t_ms, 9223372036854775807), f := file, l := line, i := idx)) AS p
FROM copies GROUP BY side, a;

CREATE TABLE actions AS
SELECT c.a, c.side, c.n, e.file, e.line, e.idx, e.platform, e.event, e.name_key, e.destination, e.id_h, e.id_fold_h, e.order_h,
    e.fbp_h, e.ext_h, e.client_h, e.t_ms, e.received_ms, e.value, e.currency, e.offline, e.consent, e.test, e.bot,
    e.automatic,
    CAST(floor(e.t_ms / 86400000.0) AS INTEGER) AS day
FROM first_copy c JOIN events e ON e.file = c.p.f AND e.line = c.p.l AND e.idx = c.p.i AND e.side = c.side;

DROP TABLE first_copy;
