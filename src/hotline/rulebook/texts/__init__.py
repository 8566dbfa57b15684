"""The staff handbook's text in this project's own words, chapter by chapter, in Chinese and in English."""
