"""The table of contacts that have changed since the candidates were found."""

CHANGED = """
CREATE TABLE changed_contact (         -- noted while a run of the detector is kept beside the database
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL
);
CREATE TRIGGER changed_columns AFTER INSERT ON comparable
WHEN EXISTS (SELECT 1 FROM stamp WHERE key = 'compared') BEGIN
    INSERT INTO changed_contact (number) VALUES (new.contact);
END;
CREATE TRIGGER changed_state AFTER UPDATE OF state ON contact
WHEN old.state <> new.state AND EXISTS (SELECT 1 FROM stamp WHERE key = 'compared') BEGIN
    INSERT INTO changed_contact (number) VALUES (new.number);
END;
CREATE TRIGGER changed_by_end AFTER DELETE ON contact
WHEN EXISTS (SELECT 1 FROM stamp WHERE key = 'compared') BEGIN
    INSERT INTO changed_contact (number) VALUES (old.number);
END;
"""
