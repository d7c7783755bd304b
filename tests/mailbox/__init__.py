"""The outbox, its mails, its texts."""  # noqa: A005 -- a package of tests, never imported by its last name
