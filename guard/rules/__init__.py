"""Rules as data: conditions over a closed list of attributes, never text that is run.

`vocabulary` says what may be asked, `tree` reads and checks a condition, `python` and `sql` compile it, `sentence` says
it in the reader's language, `rule` is what a rule is, `shipped` is the product's own policy in the same words, and
`live` gives the doors the rules in force. tests/guard/rules holds Python, SQL and an engine of somebody else's equal.
"""
