"""The desk of rules: what a rule may say, whether its examples hold, what a change would do, files, and the word."""
