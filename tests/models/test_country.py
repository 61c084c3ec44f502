"""A country is one that there is: its name stands in addresses."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from docgen.models.values import Country

COUNTRY: TypeAdapter[str] = TypeAdapter(Country)


@pytest.mark.parametrize("code", ["GB", "JP", "KW", "MX", "ZW", "XK"])
def test_a_country_is_read_as_it_stands(code: str) -> None:
    assert COUNTRY.validate_python(code) == code


@pytest.mark.parametrize("code", ["ZZ", "QQ", "EU", "gb", " GB", "GBR", "", None, 44])
def test_what_is_no_country_is_refused(code: object) -> None:
    with pytest.raises(ValidationError, match="is not a country code"):
        COUNTRY.validate_python(code)


def test_the_usual_slip_is_told_what_is_right() -> None:
    with pytest.raises(ValidationError) as refusal:
        COUNTRY.validate_python("UK")

    assert refusal.value.errors()[0]["ctx"]["advice"] == "Write GB."
