"""SQLite -> what a writer pastes. Reads the database alone, so a downloaded copy will do."""
