"""Open Data Contract Standard: tolerant reading of 2.2.2 to 3.2.0, own checks, writing of 3.1.0 and 3.2.0."""
