"""What templates may say: the tag library `hotline`, the formats behind it, and the pieces pages hand to it."""
