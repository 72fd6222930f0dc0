"""Home: what each person sees first, by what they do (product.md, first screens)."""
