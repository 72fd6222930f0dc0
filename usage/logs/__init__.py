"""Query logs of several makers, read into one kind of row that holds no literal. Pure: no Django, no database."""
