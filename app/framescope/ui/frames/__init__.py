"""The frames as rows and one by one: the table, and the detail with bits, bytes, payload and meaning."""
