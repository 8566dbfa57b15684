"""The trade's own arithmetic of campaigns: hours, pacing, what follows a call, scripts, lists. Pure."""
