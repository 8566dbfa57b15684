"""Pages: the public ones without an account, and those of the call-back desk."""
