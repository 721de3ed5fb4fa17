"""The values sessions and backends speak of: outcomes, errors, deadlines, usage."""
