"""The work of a governance lead on many things at once: sheets of levels, the inbox of reviews, campaigns."""
