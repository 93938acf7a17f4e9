-- Orders reported more than once on one side.
CREATE TEMP TABLE repeated_order AS
SELECT side, platform, destination, event, order_h FROM accepted_copy WHERE order_h IS NOT NULL
GROUP BY side, platform, destination, event, order_h HAVING count(*) > 1;

-- Ids that do not stand exactly once on each side, and those of copies of a repeated order. Copies of all other ids are
-- pairs of two copies and need no search. `many`: more than once on a side. `shared`: on both sides.
CREATE TEMP TABLE uneven AS
SELECT m, count(*) FILTER (WHERE side = 'browser') > 1 OR count(*) - count(*) FILTER (WHERE side = 'browser') > 1 AS many,
    count(*) FILTER (WHERE side = 'browser') BETWEEN 1 AND count(*) - 1 AS shared
FROM accepted_copy WHERE m IS NOT NULL GROUP BY m
HAVING NOT (count(*) FILTER (WHERE side = 'browser') = 1 AND count(*) = 2);

INSERT INTO uneven
SELECT DISTINCT e.m, true, true FROM accepted_copy e JOIN repeated_order r ON r.side = e.side AND r.platform = e.platform
    AND r.destination = e.destination AND r.event = e.event AND r.order_h = e.order_h
WHERE e.m IS NOT NULL AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = e.m);
