"""The work handbook: versions, dated values, consultation, approval, publication, acknowledgement."""
