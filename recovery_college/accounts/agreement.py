"""The student agreement that ships with the college, until the office writes its own."""

WE_PROMISE = """- You are an equal here, whoever you are and whatever brings you.
- You choose what you learn, and what you say about yourself.
- Every course is made and taught by people with lived and with professional experience.
- We keep what we know about you to ourselves, and tell you what we keep.
- We tell you in time when something changes."""
WE_ASK = """- Treat everybody here as you would like to be treated.
- What somebody tells about themself in a course stays in the course.
- Tell us when you can't come, so that somebody else can have the place that day.
- Come as you are, but not under the influence of drink or drugs.
- Tell one of us if something worries you."""
