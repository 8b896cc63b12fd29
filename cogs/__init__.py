"""The Discord door. The only place, beside practice, that knows Discord."""
