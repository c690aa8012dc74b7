"""The top bar: the address with its options, Connect or Close, and where the connection stands."""
