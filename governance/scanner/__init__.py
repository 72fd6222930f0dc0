"""The scanner: looks at names and sampled values of columns and proposes what is personal, with evidence, never values.

`checksums`, `guards`, `shapes`, `names`, `detectors` and `verdict` are pure: they know no framework and
touch no network.
"""

NAME = "scanner"
VERSION = "1.0.0"
ORIGIN = f"{NAME}@{VERSION}"
