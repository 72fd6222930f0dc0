"""dbt artifacts: manifest v4 to v12, catalog v1, run results and the semantic manifest, read into neutral records."""
