"""Evidence for auditors: a pack of what was decided, signed, that proves itself without this product."""
