"""What our Datasette adds: pages, citations, links. Reads the database alone, never kb/."""
