"""Who calls us: customers, their numbers, secrecy, and the log of every reveal."""
