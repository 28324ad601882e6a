"""What the commands share: the database that is built when it is stale, and longer jobs."""
