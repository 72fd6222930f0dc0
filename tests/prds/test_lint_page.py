"""The reference of the lint says what the registry holds."""

from tests.prds import lint_page


def test_the_page_of_the_rules_is_the_registry():
    """Write it anew with `python -m tests.prds.lint_page`."""
    assert lint_page.FILE.read_text(encoding="utf-8") == lint_page.document()
