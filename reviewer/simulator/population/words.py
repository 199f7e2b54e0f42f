"""Word lists, written as running text."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text; a tilde in one stands for a space."""
    return tuple(word.replace("~", " ") for word in text.split())
