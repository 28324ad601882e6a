"""From a table with provenance to cited statements in records: what each importer makes of a row."""
