"""Users, passwords, keys, sessions and the log of them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from serving_case import PASSWORD, Case, NewCase
from sqlalchemy import select

from classifier.errors import UsageError
from service.access import keys, sessions, users
from service.access.scopes import Scope, read_scopes
from service.store.tables import ApiKey, AuditEntry, SignIn, User


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case()


def actions(case: Case) -> list[tuple[str, str]]:
    with case.database.reading() as session:
        return [(one.action, one.subject) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_a_password_opens_its_account_only(case: Case) -> None:
    assert users.check_password(case.database, " ANN ", PASSWORD) is not None
    for name, password in (("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("a\0nn", PASSWORD)):
        assert users.check_password(case.database, name, password) is None


def test_an_account_without_password_or_shut_out_is_not_opened(case: Case) -> None:
    users.add_user(case.database, "cleo", "reader", actor="test")
    users.set_disabled(case.database, "bob", disabled=True, actor="test")
    assert users.check_password(case.database, "cleo", "") is None
    assert users.check_password(case.database, "bob", PASSWORD) is None
    users.set_disabled(case.database, "bob", disabled=False, actor="test")
    assert users.check_password(case.database, "bob", PASSWORD) is not None


@pytest.mark.parametrize(
    ("name", "role", "password", "code"),
    [
        ("ann", "reader", "", "user-exists"),
        ("", "reader", "", "bad-user-name"),
        ("a\nb", "reader", "", "bad-user-name"),
        ("dan", "king", "", "unknown-role"),
        ("dan", "reader", "short", "weak-password"),
        ("dan", "reader", "aaaaaaaaaaaaaaaa", "weak-password"),
        ("longname", "reader", "longname-longname", "weak-password"),
    ],
)
def test_an_account_that_cannot_be_is_refused(case: Case, name: str, role: str, password: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        users.add_user(case.database, name, role, password, actor="test")
    assert refused.value.code == code


def test_neither_password_nor_key_nor_token_is_kept(case: Case) -> None:
    person = users.check_password(case.database, "ann", PASSWORD)
    assert person is not None
    token = sessions.open_session(case.database, person, 1, how="password")
    with case.database.reading() as session:
        kept = [*session.scalars(select(User.password_hash)), *session.scalars(select(ApiKey.hash))]
        kept += [*session.scalars(select(ApiKey.prefix)), *session.scalars(select(SignIn.token_hash))]
    assert all(secret not in one for one in kept for secret in (PASSWORD, case.key, token))


def test_a_session_ends_by_sign_out_time_or_another_password(case: Case) -> None:
    person = users.check_password(case.database, "ann", PASSWORD)
    assert person is not None
    opened = [sessions.open_session(case.database, person, hours, how="password") for hours in (1, 1, 1e-9)]
    assert [sessions.find_person(case.database, token) is not None for token in opened] == [True, True, False]
    sessions.close_session(case.database, opened[0])
    assert sessions.find_person(case.database, opened[0]) is None
    users.set_password(case.database, "ann", PASSWORD + " again", actor="test")
    assert sessions.find_person(case.database, opened[1]) is None


def test_a_key_never_does_more_than_its_user(case: Case) -> None:
    key = keys.make_key(case.database, "bob", "x", (Scope.ADMIN, Scope.READ), None, actor="test")
    users.set_role(case.database, "bob", "reader", actor="test")
    holder = keys.find_holder(case.database, key.secret)
    assert holder is not None
    assert holder.scopes == {Scope.READ}
    with pytest.raises(UsageError) as refused:
        keys.make_key(case.database, "bob", "x", (Scope.ADMIN,), None, actor="test")
    assert refused.value.code == "scope-beyond-role"


@pytest.mark.parametrize("names", [["tag", "rule"], [], [""]])
def test_an_unknown_scope_is_refused(names: list[str]) -> None:
    with pytest.raises(UsageError):
        read_scopes(names)


def test_the_use_of_a_key_is_noted(case: Case) -> None:
    prefix = case.key.split("_")[1]
    keys.note_use(case.database, prefix)
    used = {key.prefix: key.last_used for key, _ in keys.list_keys(case.database)}
    assert used[prefix] is not None
    keys.note_use(case.database, prefix)
    assert {key.prefix: key.last_used for key, _ in keys.list_keys(case.database)} == used


def test_what_was_done_is_written_down(case: Case) -> None:
    key = keys.make_key(case.database, "ann", "x", (Scope.READ,), None, actor="test")
    keys.revoke_key(case.database, key.prefix, actor="test")
    person = users.check_password(case.database, "ann", PASSWORD)
    assert person is not None
    sessions.close_session(case.database, sessions.open_session(case.database, person, 1, how="password"))
    assert actions(case)[-4:] == [
        ("key-made", key.prefix),
        ("key-revoked", key.prefix),
        ("sign-in", "ann"),
        ("sign-out", "ann"),
    ]
    with pytest.raises(UsageError):
        keys.revoke_key(case.database, "0000000000", actor="test")
