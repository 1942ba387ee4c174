"""What is sealed opens for its purpose only."""

from recovery_college.accounts.secrets import digest, keyed_digest, opened, sealed


def test_what_is_sealed_opens_only_with_its_secret_and_for_its_purpose() -> None:
    kept = sealed("secret", "words", "a purpose")
    assert opened("secret", kept, "a purpose") == "words"
    assert opened("another", kept, "a purpose") is None
    assert opened("secret", kept, "another purpose") is None
    assert opened("secret", kept[:-1], "a purpose") is None
    assert opened("secret", b"", "a purpose") is None
    assert b"words" not in kept


def test_sealing_twice_gives_different_bytes() -> None:
    assert sealed("secret", "words", "x") != sealed("secret", "words", "x")


def test_a_digest_of_what_could_be_guessed_needs_the_secret() -> None:
    assert keyed_digest("a", "words") != keyed_digest("b", "words")
    assert digest("\ud800") == digest("?")
