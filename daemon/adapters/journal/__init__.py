"""The journal: SQLite, the only memory of the house and its only queue. `store` opens it; one module a table family."""
