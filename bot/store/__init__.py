"""The only SQL: SQLAlchemy Core tables, and functions that take a connection."""
