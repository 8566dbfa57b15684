"""What citizens do themselves, and how the centre answers them: web form, tracking, letters, call-backs."""
