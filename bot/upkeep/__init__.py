"""Backup, restore and move, for whoever keeps the server running."""
