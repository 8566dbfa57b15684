"""The trade of telephony, pure: words, opening hours, service level, rings."""
