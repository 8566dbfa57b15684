"""The open interface over HTTP, and the pages of those who look after it."""
