"""Levels enforced in a real PostgreSQL: read the world, say what is wanted, plan the difference, apply, verify, revert."""
