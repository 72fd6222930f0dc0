"""`manage.py govern check`: the gate for continuous integration. Reads files only: no server, no database, no model."""
