"""How the product is set up and run on one machine: standard library only, to work before anything else does."""
