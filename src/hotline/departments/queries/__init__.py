"""Reads over agreements, objections, deliveries and a month of a department."""
