-- Copies grouped into actions: same id, name and destination, or the same order under another id.
-- `g` is the id's group, `o` the order's. Groups that share an order take the lowest label among them.
CREATE TABLE keyed AS
SELECT file, line, idx, side, platform, event, name_key, destination, id_h, order_h, t_ms, received_ms,
    CASE WHEN id_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'i', side, platform, destination, name_key, id_h)) END AS g,
    CASE WHEN order_h IS NOT NULL THEN md5_number_lower(concat_ws('|', 'o', side, platform, destination, event, order_h)) END AS o
FROM events WHERE accepted;

CREATE TABLE link_go AS SELECT DISTINCT g, o FROM keyed WHERE g IS NOT NULL AND o IS NOT NULL;
CREATE TABLE label_g AS SELECT DISTINCT g, g AS l FROM link_go;
