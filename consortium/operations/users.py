"""Opening accounts for people; what each may do the appointments say."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record


class UsernameTaken(DomainError):
    code = "username_taken"


class EmailTaken(DomainError):
    code = "email_taken"


@operation(allow=set())
def create_user(
    *,
    consortium: None = None,
    username: str,
    name: str = "",
    email: str = "",
    language: str = "",
    password: str | None = None,
    by: User | None,
    on: date,
) -> User:
    """Open an account for a person; without a password it cannot log in yet.

    Raises UsernameTaken, EmailTaken.
    """
    username = User.normalize_username(username.strip())
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    refuse_taken_email(email)
    user = User(
        username=username,
        name=name.strip(),
        email=User.objects.normalize_email(email),
        language=language,
    )
    user.set_password(password)
    user.save(force_insert=True)
    record(consortium=None, action="create_user", by=by, on=on, subject=user)
    return user


@operation(allow=set())
def amend_user(
    *,
    consortium: None = None,
    user: User,
    name: str,
    email: str,
    language: str,
    is_active: bool,
    by: User | None,
    on: date,
) -> User:
    """Change a person's name, address, language, or close the account. Raises EmailTaken."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if email.lower() != user.email.lower():
        refuse_taken_email(email)
    user.name, user.language, user.is_active = name.strip(), language, is_active
    user.email = User.objects.normalize_email(email)
    user.save(update_fields=["name", "email", "language", "is_active"])
    record(consortium=None, action="amend_user", by=by, on=on, subject=user)
    return user


def refuse_taken_email(email: str) -> None:
    if email and User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email=email)
