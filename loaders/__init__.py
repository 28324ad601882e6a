"""YAML to SQLite, one verb a module: read, check, rows, write; verify holds records against texts."""
