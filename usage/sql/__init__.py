"""Which tables a statement touches, and its shape without a single literal. Pure: no Django, no warehouse."""
