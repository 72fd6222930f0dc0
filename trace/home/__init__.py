"""Home: what each person sees first, by what they do (product.md, first screens)."""

from trace.home.page import Section, sections_for

__all__ = ["Section", "sections_for"]
