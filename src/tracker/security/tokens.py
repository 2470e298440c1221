"""Keys nobody can guess, and what is derived from them."""

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


def same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
