"""Folkmoot: co-production in the chat that a community already uses."""

__version__ = "0.1.0"
