"""Levels enforced in a real PostgreSQL: read the world, say what is wanted, plan, apply, verify, revert."""
