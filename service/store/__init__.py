"""The database: tables, connections, migrations, and what administrators do with it."""
