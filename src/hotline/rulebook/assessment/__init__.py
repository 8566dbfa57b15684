"""The monthly assessment (D3, D5, D6): facts of one person and month in, lines that add up out; nothing else.

`facts` says what is known, `lines` what is found, `attendance`, `evaluation` and `extras` are the rules, `month` puts
them together, `contract` reads and writes JSON, `cli` is `./run assess`.
"""
