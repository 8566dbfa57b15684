"""The arithmetic of knowledge, pure: safe text, what a text is found by, differences, review days."""
