"""A practice community: the real bot in a simulated Discord."""
