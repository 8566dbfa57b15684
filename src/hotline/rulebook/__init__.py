"""The staff handbook as code, one module a chapter: pure functions of facts and dated terms."""
