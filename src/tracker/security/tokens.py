"""Keys nobody can guess, and what is derived from them."""

import base64
import hashlib
import hmac
import secrets


def new_key() -> str:
    """Return a key of 192 bits."""
    return secrets.token_urlsafe(24)


def digest_of(key: str) -> str:
    """Return what is stored of a key: whoever reads it cannot use it."""
    return hashlib.sha256(key.encode()).hexdigest()


def form_token(key: str) -> str:
    """Return the token that every form of a session carries; another session has another."""
    return hmac.new(key.encode(), b"form", hashlib.sha256).hexdigest()


def sealed(key: str, text: str) -> str:
    """Return a text that only whoever has the key could have made."""
    mark = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{mark}.{base64.urlsafe_b64encode(text.encode()).decode()}"


def unsealed(key: str, given: str) -> str | None:
    """Return the text that was sealed; None when it was not, or not with this key."""
    try:
        text = base64.urlsafe_b64decode(given.partition(".")[2].encode()).decode()
    except ValueError:
        return None
    return text if same(sealed(key, text), given) else None


def same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
