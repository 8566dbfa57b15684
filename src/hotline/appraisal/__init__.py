"""Appraisal: the monthly assessment from frozen facts, shown, disputed, confirmed, closed (D3, D5, D6)."""
