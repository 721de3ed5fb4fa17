"""`auth_status`: a login is under way."""

from msgspec import field

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["AuthStatus"]


class AuthStatus(Framed, frozen=True, kw_only=True, tag="auth_status"):
    """Progress of a login. Source: type files of CLI 2.1.329; never seen on the wire."""

    is_authenticating: bool = field(default=False, name="isAuthenticating")
    output: tuple[str, ...] = ()
    error: str | None = None
