"""The content that ships for the demo (tools/content)."""
