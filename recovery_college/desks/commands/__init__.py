"""What the desks do: the letter in the morning, and messages that go another way."""
