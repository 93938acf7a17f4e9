-- One step along the chains of ids and orders: repeated until no label changes.
CREATE OR REPLACE TEMP TABLE label_o AS
SELECT link_go.o, min(label_g.l) AS l FROM link_go JOIN label_g ON label_g.g = link_go.g GROUP BY link_go.o;

CREATE OR REPLACE TEMP TABLE next_g AS
SELECT link_go.g, min(label_o.l) AS l FROM link_go JOIN label_o ON label_o.o = link_go.o GROUP BY link_go.g;

CREATE OR REPLACE TEMP TABLE changed AS
SELECT count(*) AS n FROM label_g JOIN next_g ON next_g.g = label_g.g WHERE next_g.l <> label_g.l;

DROP TABLE label_g;
ALTER TABLE next_g RENAME TO label_g;
