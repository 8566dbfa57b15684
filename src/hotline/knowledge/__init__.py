"""What the centre knows: articles with versions and approval, their search, and the questions nobody could answer."""
