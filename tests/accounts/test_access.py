"""Every page says who may open it."""

from recovery_college.accounts.access import open_to_anyone


def test_a_public_page_says_so_and_stays_as_it_was() -> None:
    def page(words: str) -> str:
        return words

    assert open_to_anyone(page)("as it was") == "as it was"
    assert page.__dict__ == {"open_to": "anyone"}
