"""The option table, a file for each group of rows."""
