"""Words where no framework may be imported: marks for translation, and sentences that carry both languages."""

from dataclasses import dataclass


def gettext_noop(message: str) -> str:
    """Return the English msgid unchanged; its name lets the message extractor find it."""
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages, for what is told outside any page: in an answer to another system, on a slip."""

    zh: str
    en: str

    def __call__(self, **params: object) -> "Words":
        """The sentence with its {placeholders} filled; a value that is Words itself is said in each language."""

        def fill(language: str) -> str:
            told = {
                key: getattr(value, language) if isinstance(value, Words) else value for key, value in params.items()
            }
            return str(getattr(self, language)).format_map(told)

        return Words(fill("zh"), fill("en"))

    def told(self, language: str) -> str:
        """In the language of that code: Chinese for every zh, else English."""
        return self.zh if language.startswith("zh") else self.en
