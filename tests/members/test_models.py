import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from members.enums import Role
from members.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_two_people_cannot_have_one_address_that_differs_by_its_capitals() -> None:
    make_user(email="anne@vigie.example")
    with pytest.raises(ValidationError) as refused:
        User(email="Anne@Vigie.example", name="Autre", password="x").full_clean()
    assert "address" in str(refused.value) or "adresse" in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ANNE@vigie.example", name="Autre")])


def test_role_must_be_a_known_one() -> None:
    user = User(email="a@vigie.example", name="A", role="minister", password="x")
    with pytest.raises(ValidationError) as refused:
        user.full_clean()
    assert "role" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()


def test_role_is_checked_by_the_database_on_update_too() -> None:
    user = make_user()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE members_user SET role = 'minister' WHERE id = %s", [user.pk])


def test_created_user_has_a_small_letter_address_and_a_hashed_password() -> None:
    user = User.objects.create_user("Anne@VIGIE.example", "a long password", name="Anne")
    assert user.email == "anne@vigie.example"
    assert user.password != "a long password"
    assert user.check_password("a long password")
    assert user.role == Role.MEMBER


def test_refused_user_is_not_written() -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user("not an address", name="Anne")
    with pytest.raises(ValidationError):
        User.objects.create_user("anne@vigie.example", name="")
    assert not User.objects.visible_to(make_user(Role.COORDINATOR)).exclude(name__contains=" ")
    assert User.objects.count() == 1


def test_user_is_found_by_address_whatever_its_capitals() -> None:
    user = make_user(email="anne@vigie.example")
    assert User.objects.get_by_natural_key("ANNE@vigie.example") == user


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST])
def test_member_and_guest_see_only_themselves(role: Role) -> None:
    user, _other = make_user(role), make_user()
    assert list(User.objects.visible_to(user)) == [user]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_those_who_give_roles_see_everyone(role: Role) -> None:
    user, other = make_user(role), make_user()
    assert set(User.objects.visible_to(user)) == {user, other}


def test_nobody_and_the_deactivated_see_no_one() -> None:
    gone = make_user(Role.COORDINATOR, is_active=False)
    assert not User.objects.visible_to(AnonymousUser()).exists()
    assert not User.objects.visible_to(gone).exists()
