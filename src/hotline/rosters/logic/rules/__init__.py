"""The rules of a roster, each a constraint of the model and, beside it, a checker of the finished roster."""
