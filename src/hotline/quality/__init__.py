"""Accuracy reviews (D3.8): what others decided, looked at by a second pair of eyes, with samples that stay as drawn."""
