"""The tables of films in the studio's database, and the columns that were added to those of an older studio."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS films (
    session TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, version INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    deleted REAL, PRIMARY KEY (session, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS film_versions (
    session TEXT NOT NULL, film TEXT NOT NULL, place INTEGER NOT NULL, storyboard TEXT NOT NULL, what TEXT NOT NULL,
    PRIMARY KEY (session, film, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS film_places (session TEXT NOT NULL, film TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (session, film)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS film_takes (
    session TEXT NOT NULL, film TEXT NOT NULL, step TEXT NOT NULL, artifact TEXT NOT NULL, created REAL NOT NULL,
    PRIMARY KEY (session, film, step, artifact)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS film_renders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, film TEXT NOT NULL, size TEXT NOT NULL, storyboard TEXT NOT NULL,
    state TEXT NOT NULL, problem TEXT, artifact TEXT, started REAL NOT NULL, ended REAL);
CREATE INDEX IF NOT EXISTS film_renders_running ON film_renders (state);
"""
ADDED = (  # to tables of an older studio: table, column, type
    ("film_versions", "bytes", "INTEGER NOT NULL DEFAULT 0"),
    ("film_renders", "bytes", "INTEGER NOT NULL DEFAULT 0"),
    ("film_renders", "address", "TEXT NOT NULL DEFAULT ''"),
)
