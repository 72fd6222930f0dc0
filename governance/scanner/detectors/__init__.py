"""One module a family of kinds. A detector says of one value whether it has the form; `verdict` weighs the column."""
