"""The steps of the newcomer's story, each by hand in a real browser, as the person who would do it."""
