"""What a text may say, when it may go out, and how what it holds is sealed. Pure."""
