"""Who is this candidate among the members? A pure engine: no models, no database, no settings."""
